import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { Grant } from '../access/grants.ts'
import type { Time } from '../time.ts'
import { mcpRefusal, sendAnswer } from '../http/answers.ts'
import { type AgentServerDeps, createAgentServer } from './agent-server.ts'
import { createEventStore } from './event-store.ts'
import { createRequestIds } from './request-ids.ts'
import { sendWebResponse, webRequest } from './web-answer.ts'

/** One MCP session over Streamable HTTP: one client of one grant, and nobody else's. */
export type HttpSession = {
  readonly grant: Grant
  /** @param body what was parsed of it; undefined for a request that has none */
  handle(request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void>
  /** Neither a stream nor a call is open. */
  isQuiet(): boolean
  /** Monotonic milliseconds of the last request. */
  usedAt(): number
  close(): Promise<void>
}

/** Milliseconds that a client has to take up a stream that broke off, and that it is asked to wait before. */
const grace = 700
const retry = 200

export const createHttpSession = async (
  deps: AgentServerDeps & { readonly time: Time },
  { id, grant, closed }: { readonly id: string; readonly grant: Grant; closed(): void },
): Promise<HttpSession> => {
  const { time } = deps
  const ends = new AbortController()
  /** The stream that each call came with. */
  const calls = new Map<RequestId, ServerResponse>()
  /** Streams that a client took up again, and on which an answer may still come; which call is on which, the SDK knows. */
  const resumed = new Set<ServerResponse>()
  const open = new Set<ServerResponse>()
  const events = createEventStore()
  /** Calls came several in one request, so that an answer on its stream need not be the last. */
  let together = false
  const timers = new Set<() => void>()
  let usedAt = time.monotonic()

  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => id,
    eventStore: events,
    retryInterval: retry,
  })
  const ids = createRequestIds()
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    // Only when it is on its stream, which the SDK finds by the id.
    return send(message, options).finally(() => ids.sent(message))
  }
  const agent = createAgentServer(deps)({
    grant,
    ends: ends.signal,
    // The SDK is silent on a call that was cancelled, and would leave its stream open for ever.
    cancelled: (call) => {
      const gone = { jsonrpc: '2.0' as const, id: call, error: { code: -32000, message: 'Cancelled.' } }
      transport.send(gone).catch(() => undefined)
    },
  })

  const close = async (): Promise<void> => transport.close()
  const closeAnswered = () => {
    ends.abort(grant.revoked.reason)
    void agent.answered().then(close)
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport of the SDK has this one place for a listener
  transport.onclose = () => {
    grant.revoked.removeEventListener('abort', closeAnswered)
    for (const stop of timers) stop()
    ends.abort()
    closed()
  }
  grant.revoked.addEventListener('abort', closeAnswered, { once: true })
  await agent.connect(transport)

  /** Calls whose stream has broken off, when the client did not come back for them. */
  const loseCalls = () => {
    for (const call of calls.keys()) if (!agent.isRunning(call)) calls.delete(call)
    if (resumed.size > 0) return
    for (const [call, stream] of calls) if (!open.has(stream)) agent.lose(call)
  }
  const follow = async (response: ServerResponse, isResumed: boolean) => {
    open.add(response)
    if (isResumed) resumed.add(response)
    if (!response.closed) await once(response, 'close')
    open.delete(response)
    resumed.delete(response)
    if (calls.size === 0 || ends.signal.aborted) return
    const stop = time.after(grace, () => {
      timers.delete(stop)
      loseCalls()
    })
    timers.add(stop)
  }

  return {
    grant,
    handle: async (request, response, body) => {
      usedAt = time.monotonic()
      if (!ids.take(body)) return sendAnswer(response, mcpRefusal(409))
      const event = request.headers['last-event-id']
      void follow(response, typeof event === 'string' && (together || !events.isAnswered(event)))
      const given = callsIn(body)
      together ||= given.length > 1
      for (const call of given) calls.set(call, response)
      const answer = await transport.handleRequest(webRequest(request), { parsedBody: body })
      if (!answer.ok) ids.free(body)
      await sendWebResponse(answer, response)
    },
    isQuiet: () => open.size === 0 && [...calls.keys()].every((call) => !agent.isRunning(call)),
    usedAt: () => usedAt,
    close,
  }
}

const call = z.object({ id: z.union([z.string(), z.number()]), method: z.literal('tools/call') })

const callsIn = (body: unknown): RequestId[] =>
  (Array.isArray(body) ? body : [body]).flatMap((message) => call.safeParse(message).data?.id ?? [])
