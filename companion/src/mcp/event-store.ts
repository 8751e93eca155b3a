import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'

type Kept = { readonly id: string; readonly stream: string; readonly message: JSONRPCMessage; readonly size: number }

/** What one session keeps of what it has sent, so that a client whose stream broke off can have the rest: the newest, up to these. */
const mostEvents = 256
const mostBytes = 1024 * 1024

export type SessionEvents = EventStore & {
  /** Whether an answer was sent on the stream of this event. Of one call, it is the last that comes there. */
  isAnswered(id: string): boolean
}

export const createEventStore = (): SessionEvents => {
  const kept: Kept[] = []
  let bytes = 0
  let last = 0

  const streamOf = (id: string): string | undefined => kept.find((event) => event.id === id)?.stream

  return {
    storeEvent: (stream, message) => {
      const id = String((last += 1))
      const size = JSON.stringify(message).length
      kept.push({ id, stream, message, size })
      bytes += size
      while (kept.length > 1 && (kept.length > mostEvents || bytes > mostBytes)) bytes -= kept.shift()?.size ?? 0
      return Promise.resolve(id)
    },
    isAnswered: (id) => {
      const stream = streamOf(id)
      return kept.some((event) => event.stream === stream && ('result' in event.message || 'error' in event.message))
    },
    getStreamIdForEventId: (id) => Promise.resolve(streamOf(id)),
    replayEventsAfter: async (id, { send }) => {
      const stream = streamOf(id)
      if (stream === undefined) throw new Error('That event is not kept any more.')
      const from = kept.findIndex((event) => event.id === id) + 1
      // A stream begins with an empty event, which only gives it a name.
      const missed = kept.slice(from).filter((event) => event.stream === stream && event.size > 2)
      for (const event of missed) await send(event.id, event.message)
      return stream
    },
  }
}
