import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { SealedTransport, TransportListener } from '../channel/transport.ts'
import { CountersignError } from '../errors.ts'
import { method } from './method.ts'
import { createPeer, route } from './peer.ts'

const add = method('add', z.strictObject({ a: z.int(), b: z.int() }), z.strictObject({ sum: z.int() }))
const wait = method('wait', z.strictObject({}), z.strictObject({}))

type End = SealedTransport & { inject(text: string): void }

/** Two transports that hand texts to each other: what is sealed about them is tested elsewhere. */
const transports = (): { left: End; right: End } => {
  const listeners: { left?: TransportListener; right?: TransportListener } = {}
  const closeBoth = async () => {
    listeners.left?.closed('bye')
    listeners.right?.closed('bye')
  }
  const end = (me: 'left' | 'right', other: 'left' | 'right'): End => ({
    peerIdentity: new Uint8Array(65),
    send: async (text) => queueMicrotask(() => listeners[other]?.message(text)),
    listen: (on) => {
      listeners[me] = on
    },
    close: closeBoth,
    inject: (text) => listeners[me]?.message(text),
  })
  return { left: end('left', 'right'), right: end('right', 'left') }
}

describe('a peer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('asks and is answered, both ways at once', async () => {
    const { left, right } = transports()
    const routes = [route(add, async ({ a, b }) => ({ sum: a + b }))]
    const [one, two] = [createPeer(left, routes), createPeer(right, routes)]
    const sums = await Promise.all([one.request(add, { a: 1, b: 2 }), two.request(add, { a: 3, b: 4 })])
    expect(sums).toEqual([{ sum: 3 }, { sum: 7 }])
  })

  it('hands over the code, the sentence and the next step, and not the cause', async () => {
    const { left, right } = transports()
    createPeer(right, [
      route(add, async () => {
        throw new CountersignError('disk_full', { cause: new Error('canary') })
      }),
    ])
    const failed = await createPeer(left, [])
      .request(add, { a: 1, b: 2 })
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'disk_full', message: 'The disk is full.' })
    expect(failed).not.toHaveProperty('cause')
  })

  it('tells a fault of ours apart and says nothing of it', async () => {
    const { left, right } = transports()
    createPeer(right, [
      route(add, async () => {
        throw new TypeError('canary')
      }),
    ])
    const failure = createPeer(left, []).request(add, { a: 1, b: 2 })
    await expect(failure).rejects.toMatchObject({ code: 'internal' })
    await expect(failure).rejects.not.toThrow(/canary/)
  })

  it('refuses parameters, results and methods that were not agreed on', async () => {
    const { left, right } = transports()
    const asks = createPeer(left, [])
    createPeer(right, [{ name: 'add', run: async () => ({ sum: 'three' }) }])
    await expect(asks.request(add, { a: 1, b: 2 })).rejects.toMatchObject({ code: 'frame_malformed' })
    await expect(asks.request(wait, {})).rejects.toMatchObject({ code: 'frame_malformed' })
  })

  it('gives up at the deadline, and the other end hears of it', async () => {
    const { left, right } = transports()
    let heard: AbortSignal | undefined
    createPeer(right, [
      route(wait, (_params, { signal }) => {
        heard = signal
        return new Promise(() => undefined)
      }),
    ])
    const answer = expect(createPeer(left, []).request(wait, {}, { deadline: 500 })).rejects.toMatchObject({
      code: 'peer_timeout',
    })
    await vi.advanceTimersByTimeAsync(501)
    await answer
    expect(heard?.aborted).toBe(true)
  })

  it('cancels at the other end when the caller does', async () => {
    const { left, right } = transports()
    let heard: AbortSignal | undefined
    createPeer(right, [
      route(wait, (_params, { signal }) => {
        heard = signal
        return new Promise(() => undefined)
      }),
    ])
    const controller = new AbortController()
    const answer = expect(createPeer(left, []).request(wait, {}, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await vi.advanceTimersByTimeAsync(1)
    controller.abort()
    await answer
    await vi.advanceTimersByTimeAsync(1)
    expect(heard?.aborted).toBe(true)
  })

  it('fails what is open, and what comes later, when the transport ends', async () => {
    const { left, right } = transports()
    createPeer(right, [route(wait, () => new Promise(() => undefined))])
    const peer = createPeer(left, [])
    const open = expect(peer.request(wait, {})).rejects.toMatchObject({ code: 'peer_closed' })
    await vi.advanceTimersByTimeAsync(1)
    await peer.close()
    await open
    await peer.closed
    await expect(peer.request(wait, {})).rejects.toMatchObject({ code: 'peer_closed' })
  })

  it('says so at once when a request or an answer is too large to go out', async () => {
    const { left, right } = transports()
    const small = (end: End): End => ({
      ...end,
      send: (text) => (text.length > 200 ? Promise.reject(new Error('too big')) : end.send(text)),
    })
    const echo = method('echo', z.strictObject({ text: z.string() }), z.strictObject({ text: z.string() }))
    createPeer(small(right), [route(echo, async ({ text }) => ({ text: text.repeat(100) }))])
    const peer = createPeer(small(left), [])
    await expect(peer.request(echo, { text: 'x'.repeat(300) })).rejects.toMatchObject({ code: 'message_too_large' })
    await expect(peer.request(echo, { text: 'long' })).rejects.toMatchObject({ code: 'message_too_large' })
  })

  it.each([
    'not json',
    '[]',
    '{}',
    '{"id":1}',
    '{"id":"1","method":"add","params":{}}',
    '{"cancel":1,"more":2}',
    // Well formed, and made to be taken apart for a long time.
    `{"id":1,"method":"add","params":${'['.repeat(100)}${']'.repeat(100)}}`,
  ])('closes on %s', async (text) => {
    const { left, right } = transports()
    createPeer(right, [])
    const peer = createPeer(left, [])
    left.inject(text)
    await expect(peer.closed).resolves.toBeUndefined()
  })
})

it('lost while a request is still being sent: whoever asked hears of it, and nobody else', async () => {
  let lose: () => void = () => undefined
  let sent: () => void = () => undefined
  const peer = createPeer(
    {
      peerIdentity: new Uint8Array(65),
      send: () => new Promise((resolve) => (sent = resolve)),
      listen: (on) => {
        lose = () => on.closed('lost')
      },
      close: async () => undefined,
    },
    [],
  )
  const asked = peer.request(add, { a: 1, b: 2 })
  lose()
  // A rejection that nobody has taken by now would end the process, and fails this test.
  await new Promise((resolve) => setTimeout(resolve))
  sent()
  await expect(asked).rejects.toMatchObject({ code: 'peer_closed' })
})
