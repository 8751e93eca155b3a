import { errorCodes, type Refusal } from '@countersign/shared/errors'
import { parsedJson, recordOf } from '../control/without-zod.ts'

/**
 * What the relay keeps of a conversation between an MCP client and the companion, so that it can go on with another
 * companion when the first one is lost. It sees whole lines and changes none.
 */
export type Conversation = {
  /** A line of the client that is about to be passed on. */
  heard(line: string): void
  /** A line of the companion; false when it answers what the relay itself had said, and is not for the client. */
  answered(line: string): boolean
  /** The companion is lost: what to answer the client in its place. What was asked is not asked again. */
  lost(): readonly string[]
  /** What to say first to the next companion, so that it knows this client. */
  introduction(): readonly string[]
  /** True while the client waits for the very first answer, which the next companion can still give. */
  awaitsInitialize(): boolean
  /** True when nothing is waiting for an answer. */
  idle(): boolean
}

type Id = string | number
type Request = { readonly id: Id; readonly method: string }

/** No client makes an id like this one. */
const ownId = 'countersign-relay-initialize'

export const createConversation = (): Conversation => {
  const inFlight = new Map<Id, Request>()
  let initialize: { readonly id: Id; readonly line: string; readonly params: unknown } | undefined
  let initialized: string | undefined

  return {
    heard(line) {
      for (const message of messagesIn(line)) {
        const { id, method } = message
        if (method === 'notifications/initialized') initialized = line
        // The protocol has no answer to what was cancelled.
        if (method === 'notifications/cancelled') inFlight.delete(idOf(recordOf(message['params'])['requestId']) ?? '')
        const known = idOf(id)
        if (known === undefined || typeof method !== 'string') continue
        inFlight.set(known, { id: known, method })
        if (method === 'initialize') initialize = { id: known, line, params: message['params'] }
      }
    },
    answered(line) {
      for (const { id, method } of messagesIn(line)) {
        if (id === ownId) return false
        const known = idOf(id)
        if (known !== undefined && method === undefined) inFlight.delete(known)
      }
      return true
    },
    lost() {
      const failed = [...inFlight.values()].filter(({ id }) => id !== initialize?.id)
      for (const { id } of failed) inFlight.delete(id)
      const [reason, next] = errorCodes.companion_restarted
      return failed.map((request) => failureOf(request, { code: 'companion_restarted', reason, next }))
    },
    introduction() {
      if (initialize === undefined) return []
      if (inFlight.has(initialize.id)) return [initialize.line]
      const again = { jsonrpc: '2.0', id: ownId, method: 'initialize', params: initialize.params }
      return [JSON.stringify(again), ...(initialized === undefined ? [] : [initialized])]
    },
    awaitsInitialize: () => initialize !== undefined && inFlight.has(initialize.id),
    idle: () => inFlight.size === 0,
  }
}

/** The answers to whatever is asked in this line, when it can't be passed on. */
export const refuseLine = (line: string, why: Refusal): readonly string[] =>
  messagesIn(line).flatMap(({ id, method }) => {
    const known = idOf(id)
    return known === undefined || typeof method !== 'string' ? [] : [failureOf({ id: known, method }, why)]
  })

// A failed tool is something for the agent to read; any other request has only an error.
const failureOf = ({ id, method }: Request, { code, reason, next }: Refusal): string => {
  const text = `${reason} ${next}`
  const content = [{ type: 'text', text }]
  return JSON.stringify(
    method === 'tools/call'
      ? {
          jsonrpc: '2.0',
          id,
          result: { isError: true, content, structuredContent: { saved: false, code, reason, next } },
        }
      : { jsonrpc: '2.0', id, error: { code: -32000, message: text, data: { code, reason, next } } },
  )
}

const idOf = (value: unknown): Id | undefined =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined

// What is no JSON-RPC is passed on, for the companion to refuse.
const messagesIn = (line: string): readonly Record<string, unknown>[] => {
  const parsed = parsedJson(line)
  return Array.isArray(parsed) ? parsed.map(recordOf) : [recordOf(parsed)]
}
