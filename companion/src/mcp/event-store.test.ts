import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventStore } from './event-store.ts'

const message = (text: string): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/message',
  params: { text },
})
const replayed = async (store: ReturnType<typeof createEventStore>, id: string): Promise<unknown[]> => {
  const sent: unknown[] = []
  await store.replayEventsAfter(id, {
    send: (_, said) => {
      sent.push(said)
      return Promise.resolve()
    },
  })
  return sent
}

test('after any event, exactly what followed on its own stream is played again, in order', async () => {
  const events = fc.array(fc.record({ stream: fc.constantFrom('a', 'b', 'c'), text: fc.string() }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(events, async (said) => {
      const store = createEventStore()
      const ids: string[] = []
      for (const { stream, text } of said) ids.push(await store.storeEvent(stream, message(text)))
      expect(new Set(ids).size).toBe(said.length)
      for (const [at, id] of ids.entries()) {
        const rest = said.slice(at + 1).filter(({ stream }) => stream === said[at]?.stream)
        expect(await replayed(store, id)).toEqual(rest.map(({ text }) => message(text)))
        expect(await store.getStreamIdForEventId?.(id)).toBe(said[at]?.stream)
      }
    }),
    { numRuns: 50 },
  )
})

test('it keeps the newest, and no more of them than it has room for', async () => {
  const store = createEventStore()
  const first = await store.storeEvent('a', message('first'))
  let last = first
  for (let count = 0; count < 400; count += 1) last = await store.storeEvent('a', message('x'.repeat(count)))
  expect(await store.getStreamIdForEventId?.(first)).toBeUndefined()
  expect(await store.getStreamIdForEventId?.(last)).toBe('a')
  await expect(replayed(store, first)).rejects.toThrow('not kept')
  const huge = await store.storeEvent('b', message('x'.repeat(2_000_000)))
  expect(await store.getStreamIdForEventId?.(last)).toBeUndefined()
  expect(await store.getStreamIdForEventId?.(huge)).toBe('b')
})
