import { createIdentity } from '@countersign/shared/channel/identity'
import { makePairingCode } from '@countersign/shared/channel/pairing-code'
import type { Chance } from '../support/chance.ts'
import type { WireBrowser } from '../support/wire-browser.ts'
import { changed, cutShort, lengthened, overwritten } from './spoil-bytes.ts'
import { createTap, type Tap } from './tap.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

const [refused, orderly] = [4001, 1000]
/** The lengths of the companion's two messages. */
const [proof, welcome] = [212, 28]
const keyBytes = 65

/** A paired browser, and a handshake that it had before. */
type Lane = { readonly browser: WireBrowser; readonly m1: Buffer; readonly m2: Buffer; readonly m3: Buffer }

/** Handshakes of paired browsers, each with one of their two messages spoilt: whoever comes like that is not let in. */
export async function spoilHandshakes(port: number, browsers: readonly WireBrowser[], plan: Plan): Promise<void> {
  const lanes = await Promise.all(browsers.map((browser) => recorded(port, browser)))
  const fresh = await Promise.all(Array.from({ length: 4 }, () => createIdentity({ extractable: false })))
  const keys = [...fresh.map(({ publicKey }) => Buffer.from(publicKey)), ...lanes.map(({ m2 }) => keyIn(m2, 1))]
  const others = [...keys, ...lanes.map(({ m3 }) => keyIn(m3, 0))]
  await playKinds(plan, kindsFor(port, others), lanes)
}

type Spoil = (chance: Chance, message: Buffer, lane: Lane) => readonly Buffer[]

function kindsFor(port: number, keys: readonly Buffer[]): readonly Kind<Lane>[] {
  const aKey = (chance: Chance, { m3 }: Lane): Buffer => {
    const others = keys.filter((key) => !key.equals(keyIn(m3, 0)))
    return others[chance.whole(0, others.length - 1)] ?? Buffer.alloc(keyBytes)
  }
  /** @param at which of the browser's two messages is spoilt */
  const spoilt = (at: 0 | 1, name: string, spoil: Spoil, every?: number): Kind<Lane> => ({
    name: `${at === 0 ? 'first' : 'third'} message: ${name}`,
    ...(every === undefined ? {} : { every }),
    async play(chance, lane) {
      const tap = createTap((frame, number) => (number === at ? spoil(chance, frame, lane) : [frame]))
      await lane.browser.meet(port, tap.via).catch(() => undefined)
      // Whatever stands in for the first message may be a good one of somebody else, and get the proof that anybody gets.
      return endedWith(tap, [refused], [[], [proof]])
    },
  })

  return [
    {
      name: 'as it is',
      async play(_, { browser }) {
        const tap = createTap((frame) => [frame])
        const transport = await browser.meet(port, tap.via)
        await transport.close()
        return `let in, and ${await endedWith(tap, [orderly], [[proof, welcome]])}`
      },
    },
    spoilt(0, 'a byte changed', (chance, m1) => [changed(m1, chance)]),
    spoilt(1, 'a byte changed', (chance, m3) => [changed(m3, chance)]),
    spoilt(0, 'cut short', (chance, m1) => [cutShort(m1, chance)]),
    spoilt(1, 'cut short', (chance, m3) => [cutShort(m3, chance)]),
    spoilt(0, 'lengthened', (chance, m1) => [lengthened(m1, chance)]),
    spoilt(1, 'lengthened', (chance, m3) => [lengthened(m3, chance)]),
    spoilt(0, 'another key', (chance, m1, lane) => [overwritten(m1, 3, aKey(chance, lane))]),
    spoilt(1, 'another identity', (chance, m3, lane) => [overwritten(m3, 1, aKey(chance, lane))]),
    spoilt(1, 'another key to open it with', (chance, m3, lane) => [overwritten(m3, 1 + keyBytes, aKey(chance, lane))]),
    spoilt(0, 'no point on the curve', (chance, m1) => [overwritten(m1, 4, chance.bytes(64))]),
    spoilt(1, 'no point on the curve', (chance, m3) => [overwritten(m3, 2 + keyBytes, chance.bytes(64))]),
    spoilt(0, 'of another version', (chance, m1) => [overwritten(m1, 1, Uint8Array.of(chance.one([0, 2, 3, 255])))]),
    spoilt(0, 'of another mode', (chance, m1) => [overwritten(m1, 2, Uint8Array.of(chance.one([0, 1, 3, 255])))]),
    spoilt(1, 'that of an earlier connection', (_, __, { m3 }) => [m3]),
    spoilt(0, 'that of an earlier connection', (_, __, { m1 }) => [m1]),
    spoilt(1, 'the companion’s own message', (_, __, { m2 }) => [m2]),
    spoilt(0, 'the third message', (_, __, { m3 }) => [m3]),
    spoilt(0, 'twice', (_, m1) => [m1, m1]),
    spoilt(1, 'none', () => [], 12),
    {
      name: 'third message: twice',
      async play(_, { browser }) {
        const tap = createTap((frame, number) => (number === 1 ? [frame, frame] : [frame]))
        const transport = await browser.meet(port, tap.via).catch(() => undefined)
        transport?.listen({ message: () => undefined, closed: () => undefined })
        return endedWith(tap, [refused], [[proof], [proof, welcome]])
      },
    },
    {
      name: 'to pair, without the code',
      async play(chance, { browser }) {
        const tap = createTap((frame) => [frame])
        await browser.pair(makePairingCode(port, new Uint8Array(chance.bytes(32))), tap.via).catch(() => undefined)
        return endedWith(tap, [refused], [[], [proof]])
      },
    },
  ]
}

/** Waits for the end, and requires that it is one of these, and that the companion has said no more than this. */
async function endedWith(tap: Tap, codes: readonly number[], heard: readonly (readonly number[])[]): Promise<string> {
  const code = requireOneOf(await tap.socket().closed(), codes)
  requireOneOf(
    tap.heard().join('+'),
    heard.map((lengths) => lengths.join('+')),
  )
  return `closed with ${code}`
}

async function recorded(port: number, browser: WireBrowser): Promise<Lane> {
  const tap = createTap((frame) => [frame])
  const transport = await browser.meet(port, tap.via)
  await transport.close()
  await tap.socket().closed()
  const [m1 = Buffer.alloc(0), m3 = Buffer.alloc(0)] = tap.wanted
  return { browser, m1, m2: tap.socket().heard[0] ?? Buffer.alloc(0), m3 }
}

/** Behind the type byte stand public keys. */
function keyIn(message: Buffer, place: number): Buffer {
  return message.subarray(1 + place * keyBytes, 1 + (place + 1) * keyBytes)
}
