import { isJSONRPCRequest, type JSONRPCMessage, type RequestId } from '@modelcontextprotocol/sdk/types.js'

/**
 * The ids of one client's requests that are not answered yet. To the SDK a second request with such an id takes the place of the first: over
 * HTTP the first's answer goes out on the stream of the second, and either can be cancelled only as long as it is the newest.
 */
export type RequestIds = {
  /** Takes those of all requests in a message, or in several. False, and none is taken, when one of them is in use or there twice. */
  take(body: unknown): boolean
  /** Nothing is to come of these requests, or nothing more. */
  free(body: unknown): void
  /** This message goes out: an answer frees the id that it is for. */
  sent(message: JSONRPCMessage): void
  /** There will be no answer to this one. */
  drop(id: RequestId): void
}

export const createRequestIds = (): RequestIds => {
  const inUse = new Set<RequestId>()
  return {
    take: (body) => {
      const ids = idsIn(body)
      if (new Set(ids).size < ids.length || ids.some((id) => inUse.has(id))) return false
      for (const id of ids) inUse.add(id)
      return true
    },
    free: (body) => {
      for (const id of idsIn(body)) inUse.delete(id)
    },
    sent: (message) => {
      if (!('method' in message) && message.id !== undefined) inUse.delete(message.id)
    },
    drop: (id) => void inUse.delete(id),
  }
}

const idsIn = (body: unknown): RequestId[] =>
  (Array.isArray(body) ? body : [body]).flatMap((message) => (isJSONRPCRequest(message) ? [message.id] : []))
