import { beforeAll, describe, expect, test } from 'vitest'
import { ChannelError } from './channel-error.ts'
import { rawPublicKey } from './identity.ts'
import { createMemorySockets } from './memory-socket.ts'
import { type Cast, createCast, createTestPairing, meet, startBrowser, startCompanion } from './testing/two-ends.ts'

let cast: Cast
beforeAll(async () => {
  cast = await createCast()
})

const never = new AbortController().signal
const freshPairing = (): Cast => ({
  ...cast,
  companion: { ...cast.companion, pairing: createTestPairing(cast.browser.secret) },
})
const reasonOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled'
    ? 'none'
    : result.reason instanceof ChannelError
      ? result.reason.reason
      : String(result.reason)

describe('a good handshake', () => {
  test('pairs: both know whom they met, and the companion has what it pins', async () => {
    const here = freshPairing()
    const { browser, companion, sockets } = await meet('pair', here)
    expect([reasonOf(browser), reasonOf(companion)]).toEqual(['none', 'none'])
    const [pin] = here.companion.pairing.pins
    expect(pin).toEqual({
      identity: new Uint8Array(here.browser.identity.publicKey),
      signingKey: await rawPublicKey(here.browser.signingKey.publicKey),
      label: 'Chromium',
      origin: here.browser.origin,
    })
    expect(browser.status === 'fulfilled' && browser.value).toMatchObject({
      companionIdentity: new Uint8Array(here.companion.identity.publicKey),
    })
    expect(companion.status === 'fulfilled' && companion.value.mode).toBe('pair')
    expect(sockets.sent.map(({ frame }) => frame.length)).toEqual([68, 212, 357, 28])
  })

  test('connects', async () => {
    const { browser, companion, sockets } = await meet('connect', cast)
    expect([reasonOf(browser), reasonOf(companion)]).toEqual(['none', 'none'])
    expect(sockets.sent.map(({ frame }) => frame.length)).toEqual([68, 212, 149, 28])
  })
})

describe('every change of one byte', () => {
  // At least one bit in each byte, another one from byte to byte.
  const damage = (frame: Uint8Array, at: number): Uint8Array => frame.with(at, (frame[at] ?? 0) ^ (1 << (at % 8)))
  const messages = [
    ['browser', 0, 'M1', 68, 68],
    ['companion', 0, 'M2', 212, 212],
    ['browser', 1, 'M3', 357, 149],
    ['companion', 1, 'M4', 28, 28],
  ] as const

  for (const mode of ['pair', 'connect'] as const) {
    test.for(messages)(`aborts: ${mode}, %s's message %i, %s`, { timeout: 60_000 }, async (message) => {
      const [from, count, name] = message
      const length = mode === 'pair' ? message[3] : message[4]
      for (let at = 0; at < length; at += 1) {
        const here = freshPairing()
        const { browser, companion } = await meet(mode, here, (frame, sender, number) =>
          sender === from && number === count ? [damage(frame, at)] : [frame],
        )
        expect(reasonOf(browser), `byte ${at}`).toMatch(/^(wrong-companion|bad-code|malformed|refused)$/)
        if (name === 'M4') continue
        expect(reasonOf(companion), `byte ${at}`).toMatch(/^(malformed|refused|no-pairing-window|unknown-browser)$/)
        expect(here.companion.pairing.pins, `byte ${at}`).toEqual([])
      }
    })
  }

  test('a byte more or less aborts, too', async () => {
    for (const [from, count] of messages) {
      for (const resized of [(f: Uint8Array) => f.slice(0, -1), (f: Uint8Array) => Uint8Array.of(...f, 0)]) {
        const { browser } = await meet('pair', freshPairing(), (frame, sender, number) =>
          sender === from && number === count ? [resized(frame)] : [frame],
        )
        expect(reasonOf(browser)).toMatch(/^(malformed|refused)$/)
      }
    }
  })
})

describe('somebody in between', () => {
  test('M3 damaged: neither end pins', async () => {
    const here = freshPairing()
    const { browser } = await meet('pair', here, (frame, from, count) =>
      from === 'browser' && count === 1 ? [frame.with(200, (frame[200] ?? 0) ^ 1)] : [frame],
    )
    expect(browser.status).toBe('rejected')
    expect(here.companion.pairing.pins).toEqual([])
  })

  test('M4 dropped: the browser does not pin', async () => {
    const here = freshPairing()
    const sockets = createMemorySockets((frame, from, count) => {
      if (from !== 'companion' || count === 0) return [frame]
      queueMicrotask(() => sockets.cut())
      return []
    })
    const [browser, companion] = await Promise.allSettled([
      startBrowser('pair', here, sockets, never),
      startCompanion(here, sockets, never),
    ])
    expect(browser).toMatchObject({ status: 'rejected', reason: { reason: 'refused', after: 'M3', closeCode: 1006 } })
    expect(companion.status).toBe('fulfilled')
    const again = await meet('pair', here)
    expect(reasonOf(again.companion)).toBe('code-used')
    expect(here.companion.pairing.secondProofs, 'the same browser is no second one').toEqual([])
  })

  test.for([
    ['a message reflected', 'browser', 0],
    ['M3 reflected', 'browser', 1],
  ] as const)('%s: nobody believes it', async ([, from, at]) => {
    const sockets = createMemorySockets((frame, sender, number) => {
      if (sender !== from || number !== at) return [frame]
      sockets.inject('browser', frame)
      return []
    })
    const browser = await Promise.allSettled([
      startBrowser('connect', cast, sockets, never),
      startCompanion(cast, sockets, never),
    ])
    expect(reasonOf(browser[0])).toBe('malformed')
  })

  test.for(['pair', 'connect'] as const)(
    'frames of an earlier %s, replayed to either end, are refused',
    async (mode) => {
      const { sockets } = await meet(mode, freshPairing())
      const framesOf = (end: 'browser' | 'companion') =>
        sockets.sent.filter(({ from }) => from === end).map(({ frame }) => frame)

      for (const victim of ['browser', 'companion'] as const) {
        const here = freshPairing()
        const liar = victim === 'browser' ? 'companion' : 'browser'
        const again = await meet(mode, here, (frame, from, count) =>
          from === liar ? [framesOf(liar)[count] ?? frame] : [frame],
        )
        expect(reasonOf(again[victim])).not.toBe('none')
        expect(here.companion.pairing.pins).toEqual([])
      }
    },
  )

  test('frames said twice or out of turn are refused', async () => {
    const twice = await meet('connect', cast, (frame, from, count) =>
      from === 'browser' && count === 0 ? [frame, frame] : [frame],
    )
    expect(reasonOf(twice.companion)).toBe('malformed')
    expect(twice.browser.status).toBe('rejected')
  })

  test('too much before the handshake is refused', async () => {
    const sockets = createMemorySockets()
    sockets.inject('companion', new Uint8Array(4_097))
    await expect(startCompanion(cast, sockets, never)).rejects.toMatchObject({ reason: 'too-big' })
  })
})
