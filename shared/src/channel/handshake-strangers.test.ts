import { beforeAll, describe, expect, test } from 'vitest'
import { copyOf, joined, sameBytes } from './bytes.ts'
import { ChannelError } from './channel-error.ts'
import { pairAsBrowser } from './handshake-browser.ts'
import { headOfM2, readM1, readM2 } from './handshake-messages.ts'
import { authSender } from './hpke.ts'
import { importIdentityKey } from './identity.ts'
import { createMemorySockets } from './memory-socket.ts'
import { newPairingSecret } from './pairing-code.ts'
import { infoToBrowser } from './schedule.ts'
import {
  type Cast,
  createCast,
  createTestPairing,
  meet,
  PORT,
  startBrowser,
  startCompanion,
} from './testing/two-ends.ts'

let cast: Cast
beforeAll(async () => {
  cast = await createCast()
})

const never = new AbortController().signal
const freshPairing = (): Cast => ({
  ...cast,
  companion: { ...cast.companion, pairing: createTestPairing(cast.browser.secret) },
})
const withBrowser = (change: Partial<Cast['browser']>): Cast => {
  const fresh = freshPairing()
  return { ...fresh, browser: { ...fresh.browser, ...change } }
}
const withCompanion = (change: Partial<Cast['companion']>): Cast => {
  const fresh = freshPairing()
  return { ...fresh, companion: { ...fresh.companion, ...change } }
}
const reasonOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled'
    ? 'none'
    : result.reason instanceof ChannelError
      ? result.reason.reason
      : String(result.reason)

describe('somebody else', () => {
  test('another companion in connect is told from the pinned one before M3', async () => {
    const other = await createCast()
    const { browser, sockets } = await meet('connect', withCompanion({ identity: other.companion.identity }))
    expect(reasonOf(browser)).toBe('wrong-companion')
    expect(sockets.sent.length).toBe(2)
  })

  test('a program that shows the pinned identity without its key is told, too', async () => {
    const other = await createCast()
    const mask = { ...other.companion.identity, publicKey: cast.companion.identity.publicKey }
    const { browser, sockets } = await meet('connect', withCompanion({ identity: mask }))
    expect(reasonOf(browser)).toBe('wrong-companion')
    expect(sockets.sent.length).toBe(2)
  })

  test('what is meant for one companion does not open at another (unknown key share)', async () => {
    // A companion that the browser trusts hands on the ephemeral key of another one as its own. The browser then seals
    // M3 to that key, believing that it talks to the first.
    const crooked = cast.companion.identity
    const victim = (await createCast()).companion
    const toVictim = createMemorySockets()
    const outcome = startCompanion(
      { ...cast, companion: { ...victim, paired: cast.companion.paired } },
      toVictim,
      never,
    )
    const fromVictim = new Promise<Uint8Array>((resolve) => {
      toVictim.browser.listen({ frame: resolve, closed: () => undefined })
    })

    const toBrowser = createMemorySockets()
    const browser = Promise.allSettled([startBrowser('connect', cast, toBrowser, never)])
    let m3Sent = 0
    toBrowser.companion.listen({
      closed: () => undefined,
      frame(frame) {
        if (frame[0] === 0x01) void answer(copyOf(frame))
        else m3Sent += 1
        toVictim.browser.send(frame)
      },
    })
    async function answer(m1: Uint8Array<ArrayBuffer>): Promise<void> {
      const { ephemeral } = readM2(copyOf(await fromVictim))
      const sealer = await authSender({
        sender: { privateKey: crooked.privateKey, publicKey: crooked.publicCryptoKey },
        recipient: await importIdentityKey(readM1(m1).ephemeral),
        info: await infoToBrowser(cast.browser, m1, ephemeral, crooked.publicKey),
      })
      const head = headOfM2(ephemeral, crooked.publicKey, sealer.enc)
      toBrowser.companion.send(joined(head, await sealer.seal(new Uint8Array(0), head)))
    }
    await expect(outcome).rejects.toMatchObject({ reason: 'malformed' })
    expect(m3Sent).toBe(1)
    toBrowser.cut()
    expect(await browser).toMatchObject([{ reason: { reason: 'refused', after: 'M3' } }])
  })

  test('forwarding from another port aborts', async () => {
    const { browser, companion } = await meet('connect', withBrowser({ port: PORT + 1 }))
    expect(reasonOf(browser)).toBe('wrong-companion')
    expect(reasonOf(companion)).toBe('refused')
    const pairing = withBrowser({ port: PORT + 1 })
    expect(reasonOf((await meet('pair', pairing)).browser)).toBe('bad-code')
    expect(pairing.companion.pairing.pins).toEqual([])
  })

  test('another origin aborts, in the handshake or at the pin', async () => {
    const origin = 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba'
    expect(reasonOf((await meet('connect', withBrowser({ origin }))).browser)).toBe('wrong-companion')
    const stolen = withBrowser({ origin })
    const both = { ...stolen, companion: { ...stolen.companion, origin } }
    const { browser, companion } = await meet('connect', both)
    expect(reasonOf(companion)).toBe('unknown-browser')
    expect(browser).toMatchObject({ reason: { reason: 'refused', closeCode: 4001, after: 'M3' } })
  })

  test('a browser that is not paired is refused', async () => {
    const { companion } = await meet('connect', withCompanion({ paired: [] }))
    expect(reasonOf(companion)).toBe('unknown-browser')
  })

  test('a wrong code fails in the browser, before the companion hears more', async () => {
    const here = withBrowser({ secret: newPairingSecret() })
    const { browser, companion, sockets } = await meet('pair', here)
    expect(reasonOf(browser)).toBe('bad-code')
    expect(companion).toMatchObject({ reason: { reason: 'refused', after: 'M2' } })
    expect(sockets.sent.length).toBe(2)
    expect(here.companion.pairing.pins).toEqual([])
  })

  test('with no code alive, pairing is refused at once', async () => {
    const here = withCompanion({ pairing: createTestPairing(undefined) })
    const { browser, companion } = await meet('pair', here)
    expect(reasonOf(companion)).toBe('no-pairing-window')
    expect(browser).toMatchObject({ reason: { reason: 'refused', closeCode: 4001, after: 'M1' } })
  })

  test('a signing key that is not its own can not be registered', async () => {
    const other = await createCast()
    const mixed = { privateKey: cast.browser.signingKey.privateKey, publicKey: other.browser.signingKey.publicKey }
    const here = withBrowser({ signingKey: mixed })
    const { browser, companion } = await meet('pair', here)
    expect(reasonOf(companion)).toBe('bad-proof')
    expect(browser.status).toBe('rejected')
    expect(here.companion.pairing.pins).toEqual([])
  })
})

describe('one code, many browsers', () => {
  test('of twenty at once, one wins, and every other is a second proof', async () => {
    const here = freshPairing()
    const others = await Promise.all(Array.from({ length: 20 }, createCast))
    const results = await Promise.all(
      others.map(({ browser }) =>
        meet('pair', {
          ...here,
          browser: { ...here.browser, identity: browser.identity, signingKey: browser.signingKey },
        }),
      ),
    )
    const won = results.filter(({ browser }) => browser.status === 'fulfilled')
    expect(won.length).toBe(1)
    expect(results.filter(({ companion }) => reasonOf(companion) === 'code-used').length).toBe(19)
    const winner = here.companion.pairing.winner() ?? new Uint8Array(0)
    expect(here.companion.pairing.secondProofs.length).toBe(19)
    expect(here.companion.pairing.secondProofs.some((key) => sameBytes(key, winner))).toBe(false)
  })

  test('a code that runs out before M3 pins nobody', async () => {
    const here = freshPairing()
    const { companion } = await meet('pair', here, (frame, from, count) => {
      if (from === 'browser' && count === 1) here.companion.pairing.replace(undefined)
      return [frame]
    })
    expect(reasonOf(companion)).toBe('no-pairing-window')
    expect(here.companion.pairing.pins).toEqual([])
  })

  test('an old code does not consume the one that was shown after it', async () => {
    const here = freshPairing()
    const { browser, companion } = await meet('pair', here, (frame, from, count) => {
      if (from === 'browser' && count === 1) here.companion.pairing.replace(newPairingSecret())
      return [frame]
    })
    expect(reasonOf(companion)).toBe('no-pairing-window')
    expect(browser.status).toBe('rejected')
    expect(here.companion.pairing.pins).toEqual([])
  })

  test('a browser that left behind its M3 is not pinned', async () => {
    const here = freshPairing()
    const sockets = createMemorySockets((frame, from, count) => {
      if (from === 'browser' && count === 1) queueMicrotask(() => sockets.cut())
      return [frame]
    })
    const [, companion] = await Promise.allSettled([
      startBrowser('pair', here, sockets, never),
      startCompanion(here, sockets, never),
    ])
    expect(reasonOf(companion)).toBe('refused')
    expect(here.companion.pairing.pins).toEqual([])
  })
})

describe('ending the wait', () => {
  test('an abort ends both ends', async () => {
    const controller = new AbortController()
    const sockets = createMemorySockets(() => [])
    const browser = startBrowser('connect', cast, sockets, controller.signal)
    controller.abort(new Error('enough'))
    await expect(browser).rejects.toMatchObject({ reason: 'aborted' })
  })

  test('one that was aborted before says nothing', async () => {
    const sockets = createMemorySockets()
    await expect(startBrowser('connect', cast, sockets, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'aborted',
    })
    expect(sockets.sent).toEqual([])
  })

  test('a peer that closes is a refusal with its code', async () => {
    const sockets = createMemorySockets()
    const browser = startBrowser('connect', cast, sockets, never)
    sockets.companion.close(4001)
    await expect(browser).rejects.toMatchObject({ reason: 'refused', closeCode: 4001 })
  })

  test('a missing key is a fault of ours, said before anything is sent', async () => {
    const { identity, origin, port, signingKey } = cast.browser
    const sockets = createMemorySockets()
    const options = { socket: sockets.browser, identity, origin, port, signingKey, label: 'x', signal: never }
    await expect(pairAsBrowser({ ...options, secret: new Uint8Array(31) })).rejects.toMatchObject({ reason: 'library' })
    expect(sockets.sent).toEqual([])
  })
})
