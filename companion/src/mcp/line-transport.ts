import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CancelledNotificationSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { parseMcpJson } from './mcp-json.ts'
import { createRequestIds } from './request-ids.ts'

/** MCP over lines of text: one message a line, in and out. */
export type LineTransport = Transport & {
  /** Resolves when the lines have ended, or the transport was closed. */
  readonly ended: Promise<void>
}

export const createLineTransport = (
  lines: AsyncIterable<string>,
  send: (line: string) => Promise<void> | void,
): LineTransport => {
  let closed = false
  /** Settles when what was sent has found room. A client that reads no answers is asked for no more questions. */
  let room: Promise<void> = Promise.resolve()
  const ids = createRequestIds()
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  const say = (line: string): Promise<void> => {
    const sent = Promise.resolve(send(line))
    room = Promise.all([room, sent]).then(
      () => undefined,
      () => undefined,
    )
    return sent
  }

  const transport: LineTransport = {
    ended,
    start: () => {
      void read()
      return Promise.resolve()
    },
    send: async (message) => {
      ids.sent(message)
      if (!closed) await say(JSON.stringify(message))
    },
    close: () => {
      if (!closed) {
        closed = true
        transport.onclose?.()
        end()
      }
      return Promise.resolve()
    },
  }

  const read = async () => {
    try {
      for await (const line of lines) {
        if (closed) break
        if (line.trim() === '') continue
        const parsed = parse(line)
        if ('refusal' in parsed) await say(parsed.refusal)
        else if (!ids.take(parsed.message)) await say(twice)
        else {
          transport.onmessage?.(parsed.message)
          // To what was cancelled the SDK gives no answer. (An id of 0 or "" is none to it here, and that request goes on.)
          const cancelled = CancelledNotificationSchema.safeParse(parsed.message).data?.params.requestId
          if (cancelled) ids.drop(cancelled)
        }
        await room
      }
    } catch {
      // The connection failed; for us that is its end.
    }
    await transport.close()
  }
  return transport
}

const parse = (line: string): { message: JSONRPCMessage } | { refusal: string } => {
  let value: unknown
  try {
    value = parseMcpJson(line)
  } catch {
    return { refusal: refusal(undefined, -32700, 'This line is no JSON.') }
  }
  const parsed = JSONRPCMessageSchema.safeParse(value)
  return parsed.success
    ? { message: parsed.data }
    : { refusal: refusal(idOf(value), -32600, 'This is no MCP message.') }
}

const idOf = (value: unknown): string | number | undefined =>
  z.object({ id: z.union([z.string(), z.number()]) }).safeParse(value).data?.id

/** Without an id when it is not known, as MCP has it; its clients do not take null. */
const refusal = (id: string | number | undefined, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })

/** Without the id, too: by it the client would take this for the answer of the first. */
const twice = refusal(undefined, -32600, 'A request with this id is not answered yet.')
