import { z } from 'zod'
import type { Companion } from '../support/companion.ts'
import { askCompanion, firstLine, openControlLine } from '../support/control-line.ts'
import type { Line, WireBrowser } from '../support/wire-browser.ts'

/** A pairing that was begun as `countersign pair` begins one, without a program of its own. */
export type PairingLine = AsyncDisposable & { readonly code: string }

const offer = z.object({ event: z.object({ code: z.string() }) })
const paired = z.object({ done: z.array(z.looseObject({ fingerprint: z.string() })) })

export async function openPairingLine(companion: Companion): Promise<PairingLine> {
  const line = await openControlLine(companion)
  line.say(firstLine('pair', {}))
  for (;;) {
    const said = await line.next()
    if (said === undefined) throw new Error('No pairing was begun.')
    const offered = offer.safeParse(JSON.parse(said))
    if (offered.success) {
      return { code: offered.data.event.code, [Symbol.asyncDispose]: () => line[Symbol.asyncDispose]() }
    }
  }
}

/** A companion that was just started, with this browser paired, and its line, on which it has said hello. */
export async function pairOverLine(companion: Companion, browser: WireBrowser): Promise<Line> {
  await using pairing = await openPairingLine(companion)
  const line = await browser.pair(pairing.code)
  await line.hello()
  return line
}

/** The fingerprints of the browsers that are paired. */
export async function fingerprintsOf(companion: Companion): Promise<readonly string[]> {
  const browsers = await askCompanion(companion, 'pair.list', {}, paired)
  return browsers.map(({ fingerprint }) => fingerprint)
}
