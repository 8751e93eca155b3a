import { describe, expect, test } from 'vitest'
import { ChannelError, type ChannelReason } from '@countersign/shared/channel/channel-error'
import { createMemorySockets } from '@countersign/shared/channel/memory-socket'
import type { SealedTransport } from '@countersign/shared/channel/transport'
import { dial, meetingOf, portsToDial } from './dial.ts'

const refusedAfter = (after: 'M1' | 'M3', closeCode: number) =>
  new ChannelError('refused', 'refused', { after, closeCode })

test.each([
  [47_616, [47_616, 47_617, 47_618, 47_619, 47_620]],
  [47_618, [47_618, 47_616, 47_617, 47_619, 47_620]],
  [50_000, [50_000, 47_616, 47_617, 47_618, 47_619, 47_620]],
])('paired on %i: dials %j', (paired, ports) => {
  expect(portsToDial(paired)).toEqual(ports)
})

describe('what a failed handshake says of who was there', () => {
  test.each([
    [refusedAfter('M1', 4001), 'stranger'],
    [refusedAfter('M3', 4001), 'unknown-here'],
    [refusedAfter('M1', 1006), 'lost'],
    [refusedAfter('M3', 1006), 'lost'],
    ...(['wrong-companion', 'malformed', 'timeout', 'too-big'] as const).map(
      (reason: ChannelReason) => [new ChannelError(reason, reason), 'stranger'] as const,
    ),
    [new ChannelError('aborted', 'aborted'), 'lost'],
  ] as const)('%s: %s', (thrown, meeting) => {
    expect(meetingOf(thrown)).toBe(meeting)
  })

  test.each([new ChannelError('library', 'a fault'), new TypeError('a fault')])('throws %s on', (fault) => {
    expect(() => meetingOf(fault)).toThrow(fault)
  })
})

describe('dialling', () => {
  const transport: SealedTransport = {
    peerIdentity: new Uint8Array(65),
    send: async () => undefined,
    listen: () => undefined,
    close: async () => undefined,
  }
  const stranger = new ChannelError('wrong-companion', 'another program')
  const unknown = refusedAfter('M3', 4001)

  // What stands on the ports 1 to 3: nobody, ours, or somebody whose handshake fails.
  test.each([
    [['nobody', 'nobody', 'nobody'], 'not-running', [1, 2, 3]],
    [['ours', stranger, 'nobody'], 'ours', [1]],
    [['nobody', 'ours', 'nobody'], 'ours', [1, 2]],
    [['nobody', stranger, 'ours'], 'ours', [1, 2, 3]],
    [[stranger, 'nobody', 'ours'], 'ours', [1, 2, 3]],
    [[stranger, 'nobody', 'nobody'], 'foreign', [1, 2, 3]],
    [[stranger, unknown, 'nobody'], 'unknown-here', [1, 2, 3]],
    [[refusedAfter('M1', 1006), 'nobody', 'nobody'], 'not-running', [1, 2, 3]],
  ] as const)('%j: %s', async (standing, kind, expected) => {
    const dialled: number[] = []
    const found = await dial(
      [1, 2, 3],
      async (port) => {
        dialled.push(port)
        if (standing[port - 1] === 'nobody') throw new Error('connection refused')
        return createMemorySockets().browser
      },
      async (_socket, port) => {
        const who = standing[port - 1]
        if (who instanceof ChannelError) throw who
        return transport
      },
      new AbortController().signal,
    )
    expect(found.kind).toBe(kind)
    expect(dialled).toEqual(expected)
  })
  test('a fault of ours is thrown on', async () => {
    const fault = new TypeError('a fault')
    const meet = () => Promise.reject(fault)
    const { signal } = new AbortController()
    await expect(dial([1, 2], async () => createMemorySockets().browser, meet, signal)).rejects.toBe(fault)
  })

  test('ends where nobody has answered when it is called off, and remembers whom it has met', async () => {
    for (const met of [true, false]) {
      const ends = new AbortController()
      const dialled: number[] = []
      const open = (port: number, signal: AbortSignal) => {
        dialled.push(port)
        if (port === 1) return met ? Promise.resolve(createMemorySockets().browser) : Promise.reject(new Error('none'))
        const waiting = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('called off')))
        })
        ends.abort()
        return waiting
      }
      const found = await dial([1, 2, 3], open, () => Promise.reject(stranger), ends.signal)
      expect({ found, dialled }).toEqual({ found: { kind: met ? 'foreign' : 'not-running' }, dialled: [1, 2] })
    }
  })
})
