import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { acceptAsCompanion } from '@countersign/shared/channel/handshake-companion'
import { connectAsBrowser } from '@countersign/shared/channel/handshake-browser'
import { createIdentity } from '@countersign/shared/channel/identity'
import { createMemorySockets, type MemorySockets } from '@countersign/shared/channel/memory-socket'
import type { SealedTransport } from '@countersign/shared/channel/transport'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { protocolVersion } from '@countersign/shared/protocol/version'
import { createPeer, type Peer, route } from '@countersign/shared/protocol/peer'
import { memoryStored } from '../testing/memory-storage.ts'
import { type Connection, createConnection } from './connection.ts'
import type { Dialled } from './dial.ts'

const origin = 'chrome-extension://libcippkfpmjjmagobgemfiomliiolhb'
const port = 47_616

type Met = { sockets: MemorySockets; browser: SealedTransport; companion: SealedTransport }

/** Both ends of a channel, as they are after the handshake. */
const meet = async (): Promise<Met> => {
  const sockets = createMemorySockets()
  const [identity, companionIdentity] = await Promise.all([
    createIdentity({ extractable: false }),
    createIdentity({ extractable: true }),
  ])
  const { signal } = new AbortController()
  const [{ transport: browser }, { transport: companion }] = await Promise.all([
    connectAsBrowser({ socket: sockets.browser, origin, port, identity, pin: companionIdentity.publicKey, signal }),
    acceptAsCompanion({
      socket: sockets.companion,
      origin,
      port,
      identity: companionIdentity,
      signal,
      findBrowser: async () => ({ origin }),
      pairing: {
        secret: () => undefined,
        winner: () => undefined,
        consume: async () => 'refused',
        secondProof: async () => undefined,
      },
    }),
  ])
  return { sockets, browser, companion }
}

type Told = { protocol: number; standing: 'held' | 'paired' }

const answering = (transport: SealedTransport, told: Told, beat: () => void = () => undefined): Peer =>
  createPeer(transport, [
    route(companionMethods.hello, async () => ({ ...told, ledger: null, overview: null, prompts: [] })),
    route(companionMethods.heartbeat, async () => {
      beat()
      return {}
    }),
  ])

const scene = (found: Dialled | undefined) => {
  const events: string[] = []
  const clock = { now: 1_000_000 }
  const world = { found }
  const dialled = vi.fn<(signal: AbortSignal) => Promise<Dialled | undefined>>(async () => world.found)
  const connection: Connection = createConnection({
    dial: dialled,
    version: '0.1.0',
    routes: [],
    greeted: async () => void events.push('greeted'),
    lastHead: async () => null,
    session: async () => '6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a11',
    lost: () => void events.push('lost'),
    changed: () => undefined,
    strangerAt: memoryStored().strangerAt,
    now: () => clock.now,
  })
  return { connection, dialled, world, clock, events }
}

const paired: Told = { protocol: protocolVersion, standing: 'paired' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('looking for the companion', () => {
  test.each([
    [undefined, 'unpaired'],
    [{ kind: 'not-running' }, 'not-running'],
    [{ kind: 'foreign' }, 'foreign'],
    [{ kind: 'unknown-here' }, 'unpaired'],
  ] as const)('%j: %s', async (found, state) => {
    const { connection } = scene(found)
    await connection.wake()
    expect(connection.link()).toEqual({ state })
  })

  test('waits 1, 2, 4, … and at most 30 s when nobody is there', async () => {
    const { connection, dialled } = scene({ kind: 'not-running' })
    await connection.wake()
    for (const [pause, times] of [
      [1, 2],
      [2, 3],
      [4, 4],
      [8, 5],
      [16, 6],
      [30, 7],
      [30, 8],
    ] as const) {
      await vi.advanceTimersByTimeAsync(pause * 1_000 - 1)
      expect(dialled).toHaveBeenCalledTimes(times - 1)
      await vi.advanceTimersByTimeAsync(1)
      expect(dialled).toHaveBeenCalledTimes(times)
    }
  })

  test('looks at once when somebody opens the popup', async () => {
    const { connection, dialled } = scene({ kind: 'not-running' })
    await connection.wake()
    await connection.wake()
    expect(dialled).toHaveBeenCalledTimes(2)
  })

  test('looks once for many who ask at the same time', async () => {
    const { connection, dialled } = scene({ kind: 'not-running' })
    await Promise.all([connection.wake(), connection.wake(), connection.wake()])
    expect(dialled).toHaveBeenCalledTimes(1)
  })

  test('begins anew for a person who comes in the middle of a search', async () => {
    const { connection, dialled } = scene({ kind: 'not-running' })
    // Waits for a port that does not answer, until it is called off.
    dialled.mockImplementationOnce(
      (signal) =>
        new Promise((resolve) => {
          const calledOff = () => resolve({ kind: 'not-running' })
          if (signal.aborted) calledOff()
          else signal.addEventListener('abort', calledOff)
        }),
    )
    const searching = connection.wake()
    await connection.look()
    await searching
    expect(dialled).toHaveBeenCalledTimes(2)
    await connection.look()
    expect(dialled).toHaveBeenCalledTimes(3)
  })

  test('lets a stranger hear from us at most every 30 s', async () => {
    const { connection, dialled, clock } = scene({ kind: 'foreign' })
    await connection.wake()
    clock.now += 29_999
    await connection.wake()
    expect(dialled).toHaveBeenCalledTimes(1)
    expect(connection.link()).toEqual({ state: 'foreign' })
    clock.now += 1
    await connection.wake()
    expect(dialled).toHaveBeenCalledTimes(2)
  })

  test('does not let a fault end the search', async () => {
    const { connection, dialled } = scene(undefined)
    dialled.mockRejectedValueOnce(new Error('a fault'))
    await connection.wake()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(dialled).toHaveBeenCalledTimes(2)
  })
})

describe('a companion that was found', () => {
  test.each([
    [paired, 'connected'],
    [{ protocol: protocolVersion, standing: 'held' }, 'held'],
    [{ protocol: protocolVersion + 1, standing: 'paired' }, 'mismatch'],
  ] as const)('that says %j: %s', async (told, state) => {
    const { browser, companion } = await meet()
    answering(companion, told)
    const { connection } = scene({ kind: 'ours', transport: browser })
    await connection.wake()
    expect(connection.link()).toEqual({ state })
  })

  test('hears from us every 20 s', async () => {
    const { browser, companion } = await meet()
    const beat = vi.fn<() => void>()
    answering(companion, paired, beat)
    const { connection } = scene({ kind: 'ours', transport: browser })
    await connection.wake()
    await vi.advanceTimersByTimeAsync(20_000)
    await vi.waitFor(() => expect(beat).toHaveBeenCalledTimes(1))
  })

  test('that goes away is looked for after a second', async () => {
    const { browser, companion, sockets } = await meet()
    answering(companion, paired)
    const { connection, dialled, world, events } = scene({ kind: 'ours', transport: browser })
    await connection.wake()
    world.found = { kind: 'not-running' }
    sockets.cut()
    await vi.waitFor(() => expect(events).toEqual(['greeted', 'lost']))
    expect(connection.link()).toEqual({ state: 'connecting' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(dialled).toHaveBeenCalledTimes(2)
    expect(connection.link()).toEqual({ state: 'not-running' })
  })

  test('can be asked only while it is there', async () => {
    const { connection } = scene({ kind: 'not-running' })
    await connection.wake()
    await expect(connection.request(companionMethods.pause, {})).rejects.toMatchObject({ code: 'not_running' })
  })

  test('is left for good by a reset', async () => {
    const { browser, companion } = await meet()
    const peer = answering(companion, paired)
    const { connection, world, dialled } = scene({ kind: 'ours', transport: browser })
    await connection.wake()
    world.found = undefined
    await connection.reset()
    await peer.closed
    expect(connection.link()).toEqual({ state: 'unpaired' })
    await vi.advanceTimersByTimeAsync(120_000)
    expect(dialled).toHaveBeenCalledTimes(2)
  })
})
