import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deferred } from '../deferred.ts'
import { MAX_FRAME_BYTES } from './limits.ts'
import type { Meddler } from './memory-socket.ts'
import { connected } from './testing/two-ends.ts'
import { type ChannelEnd, type Clock, createTransport, type SealedTransport } from './transport.ts'

/** Hears everything, and waits for the end. */
function ear(transport: SealedTransport) {
  const messages: string[] = []
  const end = deferred<ChannelEnd>()
  const reached = deferred<void>()
  let awaited = Number.POSITIVE_INFINITY
  transport.listen({
    message(text) {
      messages.push(text)
      if (messages.length >= awaited) reached.resolve()
    },
    closed: (reason) => end.resolve(reason),
  })
  return {
    messages,
    end: end.promise,
    heard(count: number): Promise<void> {
      awaited = count
      return messages.length >= count ? Promise.resolve() : reached.promise
    },
  }
}

const damaged = (frame: Uint8Array, at: number): Uint8Array => frame.with(at, (frame[at] ?? 0) ^ 0x20)
// The browser's first record follows M1 and M3.
const record = (number: number) => number + 2

test('text goes both ways as it was, empty and beyond ASCII', async () => {
  const { browser, companion } = await connected()
  expect(browser.peerIdentity.length).toBe(65)
  const [atBrowser, atCompanion] = [ear(browser), ear(companion)]
  const texts = fc.sample(fc.string({ unit: 'binary' }), 50)
  for (const text of ['', '☕', '\uFEFFmark', ...texts]) {
    void browser.send(text)
    void companion.send(text)
  }
  await Promise.all([atBrowser.heard(53), atCompanion.heard(53)])
  expect(atCompanion.messages).toEqual(['', '☕', '\uFEFFmark', ...texts])
  expect(atBrowser.messages).toEqual(atCompanion.messages)
})

test('the order of the calls is kept, whatever their size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(200_000), { minLength: 2, maxLength: 12 }), async (sizes) => {
      const { browser, companion } = await connected()
      const heard = ear(companion)
      await Promise.all(sizes.map((size, at) => browser.send(`${at}:${'x'.repeat(size)}`)))
      await heard.heard(sizes.length)
      expect(heard.messages.map((text) => Number.parseInt(text, 10))).toEqual(sizes.map((_, at) => at))
    }),
    { numRuns: 15 },
  )
})

test('messages that came before anyone listened are kept, and the end behind them', async () => {
  const { browser, companion } = await connected()
  await browser.send('one')
  await browser.send('two')
  await browser.close()
  const heard = ear(companion)
  expect(await heard.end).toBe('bye')
  expect(heard.messages).toEqual(['one', 'two'])
})

describe('the end', () => {
  test('a bye is told from a connection that was lost', async () => {
    const said = await connected()
    const [ours, theirs] = [ear(said.browser), ear(said.companion)]
    void said.browser.send('last')
    await said.browser.close()
    expect([await ours.end, await theirs.end]).toEqual(['closed', 'bye'])
    expect(theirs.messages).toEqual(['last'])

    const lost = await connected()
    const both = [ear(lost.browser), ear(lost.companion)]
    lost.sockets.cut()
    expect(await Promise.all(both.map(({ end }) => end))).toEqual(['lost', 'lost'])
  })

  test('a bye that was kept back is a loss', async () => {
    const { browser, companion } = await connected((frame) => (frame[0] === 0x11 ? [] : [frame]))
    const heard = ear(companion)
    await browser.close()
    expect(await heard.end).toBe('lost')
  })

  test('closing twice is closing once, and sending then is refused', async () => {
    const { browser, sockets } = await connected()
    await Promise.all([browser.close(), browser.close()])
    await browser.close()
    expect(sockets.sent.filter(({ frame }) => frame[0] === 0x11).length).toBe(1)
    await expect(browser.send('late')).rejects.toMatchObject({ reason: 'dead' })
  })

  test('a listener that throws ends the channel with its fault', async () => {
    const { browser, companion } = await connected()
    const fault = new Error('in the listener')
    const end = deferred<unknown[]>()
    companion.listen({
      message() {
        throw fault
      },
      closed: (...args) => end.resolve(args),
    })
    await browser.send('one')
    expect(await end.promise).toEqual(['fault', fault])
  })
})

describe('somebody in between', () => {
  test.for([
    ['changed', (f, n) => (n === record(1) ? [damaged(f, f.length - 1)] : [f])],
    ['of another type', (f, n) => (n === record(1) ? [damaged(f, 0)] : [f])],
    ['turned into a bye', (f, n) => (n === record(1) ? [f.with(0, 0x11)] : [f])],
    ['replayed', (f, n) => (n === record(0) ? [f, f] : [f])],
    ['dropped', (f, n) => (n === record(1) ? [] : [f])],
    ['cut', (f, n) => (n === record(1) ? [f.slice(0, 16)] : [f])],
    ['empty', (f, n) => (n === record(1) ? [new Uint8Array(0)] : [f])],
  ] satisfies [string, (frame: Uint8Array, number: number) => Uint8Array[]][])(
    'a frame %s: what came before is heard, nothing after, good frames neither',
    async ([, change]) => {
      const meddle: Meddler = (frame, from, count) => (from === 'browser' ? change(frame, count) : [frame])
      const { browser, companion } = await connected(meddle)
      const heard = ear(companion)
      for (const text of ['0', '1', '2', '3']) void browser.send(text).catch(() => undefined)
      expect(await heard.end).toBe('broken')
      expect(heard.messages).toEqual(['0'])
      await expect(companion.send('x')).rejects.toMatchObject({ reason: 'dead' })
    },
  )

  test('reordered', async () => {
    const held: Uint8Array[] = []
    const { browser, companion } = await connected((frame, from, count) => {
      if (from !== 'browser' || count < record(0)) return [frame]
      held.unshift(frame)
      return held.length === 2 ? held : []
    })
    const heard = ear(companion)
    await browser.send('0')
    await browser.send('1')
    expect(await heard.end).toBe('broken')
    expect(heard.messages).toEqual([])
  })

  test('reflected', async () => {
    const { browser, sockets } = await connected()
    const heard = ear(browser)
    await browser.send('echo')
    sockets.inject('browser', sockets.sent.at(-1)?.frame ?? new Uint8Array(0))
    expect(await heard.end).toBe('broken')
    expect(heard.messages).toEqual([])
  })

  test('from another session of the same two', async () => {
    const one = await connected()
    const two = await connected()
    const heard = ear(two.companion)
    await one.browser.send('from elsewhere')
    two.sockets.inject('companion', one.sockets.sent.at(-1)?.frame ?? new Uint8Array(0))
    expect(await heard.end).toBe('broken')
    expect(heard.messages).toEqual([])
  })

  test('noise of any kind ends it, and nothing is heard', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (noise) => {
        const { companion, sockets } = await connected()
        const heard = ear(companion)
        sockets.inject('companion', noise)
        expect(await heard.end).toBe('broken')
        expect(heard.messages).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  test('what was kept for a listener is not delivered any more, once one frame was bad', async () => {
    const { browser, companion } = await connected((f, from, count) =>
      from === 'browser' && count === record(1) ? [damaged(f, 5)] : [f],
    )
    const sender = ear(browser)
    await browser.send('0')
    await browser.send('1')
    expect(await sender.end).toBe('lost')
    const heard = ear(companion)
    expect(await heard.end).toBe('broken')
    expect(heard.messages).toEqual([])
  })

  test('a good frame behind a bad one is not delivered, even when nobody listened yet', async () => {
    const { browser, companion } = await connected((f, from, count) =>
      from === 'browser' && count === record(0) ? [damaged(f, 5), f] : [f],
    )
    await browser.send('0')
    const heard = ear(companion)
    expect(await heard.end).toBe('broken')
    expect(heard.messages).toEqual([])
  })
})

describe('caps', () => {
  test('a message over the cap is refused here, and the channel lives', async () => {
    const { browser, companion } = await connected()
    const heard = ear(companion)
    await expect(browser.send('x'.repeat(MAX_FRAME_BYTES - 16))).rejects.toMatchObject({ reason: 'too-big' })
    await browser.send('x'.repeat(MAX_FRAME_BYTES - 17))
    await heard.heard(1)
    expect(heard.messages[0]?.length).toBe(MAX_FRAME_BYTES - 17)
  })

  test('a frame over the cap ends it', async () => {
    const { companion, sockets } = await connected()
    const heard = ear(companion)
    sockets.inject('companion', new Uint8Array(MAX_FRAME_BYTES + 1))
    expect(await heard.end).toBe('too-big')
  })

  test('what waits to be opened is bounded, however short each is', async () => {
    const { companion, sockets } = await connected()
    const heard = ear(companion)
    for (let count = 0; count < 1_025; count += 1) sockets.inject('companion', Uint8Array.of(0x10, 1))
    expect(await heard.end).toBe('too-big')
  })

  test('what waits for a listener is bounded', async () => {
    const { browser, companion } = await connected()
    const sender = ear(browser)
    for (let count = 0; count < 1_026; count += 1) await browser.send('x').catch(() => undefined)
    expect(await sender.end).toBe('lost')
    expect(await ear(companion).end).toBe('too-big')
  })
})

describe('rekey', () => {
  // The channel's ends without cryptography: only counting matters here.
  function counting(limits: { records?: number; ageMs?: number }, clock?: Clock) {
    const sent: number[] = []
    const made = createTransport({
      socket: { send: (frame) => sent.push(frame[0] ?? 0), close: () => undefined, listen: () => undefined },
      sealer: { enc: new Uint8Array(65), seal: async (body) => new Uint8Array(body) },
      opener: { open: async (sealed) => new Uint8Array(sealed) },
      transcript: new Uint8Array(32),
      peerIdentity: new Uint8Array(65),
      limits,
      ...(clock === undefined ? {} : { clock }),
    })
    return { ...made, sent }
  }

  test('after so many records sent', async () => {
    const { transport, sent } = counting({ records: 3 })
    const heard = ear(transport)
    for (const text of ['1', '2', '3']) await transport.send(text)
    expect(await heard.end).toBe('rekey')
    expect(sent).toEqual([0x10, 0x10, 0x10, 0x11])
  })

  test('after so many received', async () => {
    const { transport, frames } = counting({ records: 2 })
    const heard = ear(transport)
    for (const text of ['a', 'b']) frames.frame(Uint8Array.of(0x10, ...new TextEncoder().encode(text)))
    expect(await heard.end).toBe('rekey')
    expect(heard.messages).toEqual(['a', 'b'])
  })

  test.for(['wall', 'monotonic'] as const)('when the %s clock says that a day is over', async (which) => {
    const now = { wall: 5_000, monotonic: 0 }
    const clock = { wall: () => now.wall, monotonic: () => now.monotonic }
    const { transport } = counting({}, clock)
    const heard = ear(transport)
    await transport.send('1')
    now.wall -= 4_000
    await transport.send('2')
    now[which] += 24 * 60 * 60 * 1000 + 4_000
    await transport.send('3')
    expect(await heard.end).toBe('rekey')
  })
})
