import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { deferred } from '../deferred.ts'
import { copyOf } from './bytes.ts'
import { converse } from './handshake-wire.ts'
import { createMemorySockets } from './memory-socket.ts'

const signal = new AbortController().signal

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

test('three seconds for the whole of it, however busy the peer is', async () => {
  const { browser, companion } = createMemorySockets()
  const closed = deferred<number>()
  companion.listen({ frame: () => undefined, closed: closed.resolve })
  const outcome = converse({ socket: browser, signal }, async (wire) => {
    for (;;) await wire.next()
  })
  const refused = expect(outcome).rejects.toMatchObject({ reason: 'timeout' })
  for (let second = 0; second < 3; second += 1) {
    companion.send(Uint8Array.of(1))
    await vi.advanceTimersByTimeAsync(1_000)
  }
  await refused
  expect(await closed.promise).toBe(4001)
})

test('after the deadline nothing that can not be undone is begun', async () => {
  const { browser } = createMemorySockets()
  const consumed = deferred<void>()
  const looked = deferred<unknown>()
  const outcome = converse({ socket: browser, signal }, async (wire) => {
    await consumed.promise
    try {
      wire.checkAlive()
      looked.resolve('alive')
    } catch (error) {
      looked.resolve(error)
    }
  })
  const refused = expect(outcome).rejects.toMatchObject({ reason: 'timeout' })
  await vi.advanceTimersByTimeAsync(3_000)
  await refused
  consumed.resolve()
  expect(await looked.promise).toMatchObject({ reason: 'timeout' })
})

test('frames that came early are handed over in order, with the end behind them', async () => {
  const sockets = createMemorySockets()
  const seen: unknown[] = []
  for (const byte of [1, 2, 3]) sockets.companion.send(Uint8Array.of(byte))
  sockets.cut()
  await converse({ socket: sockets.browser, signal }, async (wire) => {
    seen.push(...(await wire.next()))
    wire.handOver({ frame: (bytes) => seen.push(...copyOf(bytes)), closed: (code) => seen.push(`closed ${code}`) })
  })
  expect(seen).toEqual([1, 2, 3, 'closed 1006'])
})

test('whatever is thrown comes out as a coded error, and the peer is told no more than 4001', async () => {
  const { browser, companion } = createMemorySockets()
  const closed = deferred<number>()
  companion.listen({ frame: () => undefined, closed: closed.resolve })
  const cause = new TypeError('inside')
  const outcome = converse({ socket: browser, signal }, () => Promise.reject(cause))
  await expect(outcome).rejects.toMatchObject({ reason: 'library', cause })
  expect(await closed.promise).toBe(4001)
})
