import type { Chance } from '../support/chance.ts'
import { until } from '../support/until.ts'
import type { WireBrowser } from '../support/wire-browser.ts'
import { changed, cutShort, lengthened, overwritten } from './spoil-bytes.ts'
import { createTap, type Tap } from './tap.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

const [refused, orderly, tooLong] = [4001, 1000, 1009]

type Lane = { readonly browser: WireBrowser; earlier: Buffer }

/**
 * Sealed records of paired browsers, spoilt on their way: the first that does not open ends the connection, and nothing
 * behind it is heard.
 */
export async function spoilRecords(port: number, browsers: readonly WireBrowser[], plan: Plan): Promise<void> {
  const lanes = browsers.map((browser): Lane => ({ browser, earlier: Buffer.alloc(60, 0x10) }))
  await playKinds(plan, kindsFor(port), lanes)
}

/** What goes out in the place of three good records, and how many of those are answered before the end. */
type Spoil = (
  chance: Chance,
  records: readonly [Buffer, Buffer, Buffer],
  lane: Lane & { readonly ofCompanion: Buffer },
) => { readonly out: readonly Buffer[]; readonly answered: number }

function kindsFor(port: number): readonly Kind<Lane>[] {
  const spoilt = (name: string, spoil: Spoil, codes = [refused]): Kind<Lane> => ({
    name,
    async play(chance, lane) {
      const { tap, answers, records } = await sealThree(port, lane.browser)
      const [, welcome = Buffer.alloc(0)] = tap.socket().heard
      const { out, answered } = spoil(chance, records, { ...lane, ofCompanion: welcome })
      for (const frame of out) tap.socket().send(frame)
      const code = requireOneOf(await tap.socket().closed(), codes)
      lane.earlier = records[0]
      // Frames are opened one after the other, so what was good before the bad one is answered, unless it was cut off.
      if (answers().length > answered) throw new Error(`It answered ${answers().join(', ')} behind a bad record.`)
      return `closed with ${code}`
    },
  })

  return [
    {
      name: 'as they are',
      async play(_, lane) {
        const { tap, answers, records, close } = await sealThree(port, lane.browser)
        for (const record of records) tap.socket().send(record)
        await until('the three answers', () => answers().length === 3)
        lane.earlier = records[0]
        await close()
        return `answered, and closed with ${requireOneOf(await tap.socket().closed(), [orderly])}`
      },
    },
    spoilt('a byte changed', (chance, [one, two]) => ({ out: [changed(one, chance), two], answered: 0 })),
    spoilt('a byte changed in the second', (chance, [one, two]) => ({ out: [one, changed(two, chance)], answered: 1 })),
    spoilt('cut short', (chance, [one, two]) => ({ out: [cutShort(one, chance), two], answered: 0 })),
    spoilt('lengthened', (chance, [one, two]) => ({ out: [lengthened(one, chance), two], answered: 0 })),
    spoilt('of another type', (chance, [one, two]) => ({
      out: [overwritten(one, 0, Uint8Array.of(chance.one([0, 1, 3, 4, 0x11, 0x12, 0xff]))), two],
      answered: 0,
    })),
    spoilt('twice', (_, [one, two]) => ({ out: [one, one, two], answered: 1 })),
    spoilt('twice, later', (_, [one, two, three]) => ({ out: [one, two, one, three], answered: 2 })),
    spoilt('one left out', (_, [one, __, three]) => ({ out: [one, three], answered: 1 })),
    spoilt('the first left out', (_, [, two, three]) => ({ out: [two, three], answered: 0 })),
    spoilt('in another order', (_, [one, two, three]) => ({ out: [one, three, two], answered: 1 })),
    spoilt('of an earlier connection', (_, [, two], { earlier }) => ({ out: [earlier, two], answered: 0 })),
    spoilt('the companion’s own, sent back', (_, [one], { ofCompanion }) => ({ out: [ofCompanion, one], answered: 0 })),
    spoilt('chance in its place', (chance, [one]) => ({
      out: [Buffer.concat([Buffer.from([0x10]), chance.bytes(chance.whole(0, 300))]), one],
      answered: 0,
    })),
    spoilt('nothing in it', (_, [one]) => ({ out: [Buffer.alloc(0), one], answered: 0 })),
    {
      ...spoilt(
        'longer than a frame may be',
        (_, [one]) => ({ out: [Buffer.concat([one, Buffer.alloc(4 * 1024 * 1024)])], answered: 0 }),
        [refused, tooLong, 1006],
      ),
      every: 10,
    },
  ]
}

/** A connection with three questions that are sealed, and held back. */
async function sealThree(port: number, browser: WireBrowser) {
  const tap: Tap = createTap((frame, number) => (number < 2 || passing ? [frame] : []))
  let passing = false
  const answers: string[] = []
  const transport = await browser.meet(port, tap.via)
  transport.listen({
    message: (text) => {
      // What it asks by itself has a method; the rest are answers.
      if (!text.includes('"method"')) answers.push(text)
    },
    closed: () => undefined,
  })
  for (const id of [1, 2, 3]) await transport.send(JSON.stringify({ id, method: 'heartbeat', params: {} }))
  const [, , one, two, three] = tap.wanted
  if (one === undefined || two === undefined || three === undefined) throw new Error('Three records were expected.')
  const records: readonly [Buffer, Buffer, Buffer] = [one, two, three]
  return {
    tap,
    answers: () => answers,
    records,
    close() {
      passing = true
      return transport.close()
    },
  }
}
