import { createIdentity } from '@countersign/shared/channel/identity'
import type { Page } from 'puppeteer-core'
import { z } from 'zod'
import { buildHostileExtension } from '../hostile-extension/build.ts'
import { ourOrigin } from '../support/bridge-socket.ts'
import type { Chance } from '../support/chance.ts'
import type { Chromium } from '../support/chromium.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { within } from '../support/until.ts'
import { changed, cutShort, lengthened, overwritten } from './spoil-bytes.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

const got = z.object({ lengths: z.array(z.int()), end: z.string() })

/**
 * A second extension in the very browser that is paired, which forges our origin with declarativeNetRequest: it gets past the door,
 * and hears no more than the companion's proof of itself.
 */
export async function comeAsOurExtension(chromium: Chromium, port: number, plan: Plan): Promise<void> {
  await using folder = await temporaryFolder('hostile-extension')
  await buildHostileExtension(folder.path)
  const { id } = await chromium.loadExtension(folder.path)
  const pages = await Promise.all([1, 2].map(() => chromium.browser.newPage()))
  try {
    for (const page of pages) await page.goto(`chrome-extension://${id}/page.html`)
    await playKinds(plan, kindsFor(port), pages)
  } finally {
    await Promise.all(pages.map((page) => page.close()))
    await chromium.browser.uninstallExtension(id)
  }
}

function kindsFor(port: number): readonly Kind<Page>[] {
  const poured = (
    name: string,
    units: number,
    make: (chance: Chance, m1: Buffer) => readonly Buffer[],
  ): Kind<Page> => ({
    name,
    units,
    async play(chance, page) {
      const frames = make(chance, await openingMessage()).map((frame) => frame.toString('base64'))
      return judged(await tells(page, `pour(${port}, ${JSON.stringify(frames)})`), ['closed with 4001'])
    },
  })
  const played = (mode: 'connect' | 'pair', ends: readonly string[]): Kind<Page> => ({
    name: `a whole handshake with keys of its own, to ${mode}`,
    play: async (_, page) => judged(await tells(page, `meet(${port}, ${JSON.stringify(ourOrigin)}, '${mode}')`), ends),
  })
  const some = (chance: Chance, count: number) =>
    Array.from({ length: count }, () => chance.bytes(chance.whole(0, 400)))
  return [
    poured('frames of chance', 8, (chance) => some(chance, 8)),
    poured('an opening message, and frames of chance', 4, (chance, m1) => [m1, ...some(chance, 3)]),
    poured('an opening message: a byte changed', 2, (chance, m1) => [changed(m1, chance), m1]),
    poured('an opening message: cut short', 2, (chance, m1) => [cutShort(m1, chance), m1]),
    poured('an opening message: lengthened', 2, (chance, m1) => [lengthened(m1, chance), m1]),
    poured('an opening message, and a third of the right length', 2, (chance, m1) => [
      m1,
      overwritten(chance.bytes(149), 0, Uint8Array.of(3)),
    ]),
    played('connect', ['refused after M3']),
    // With no code alive, or with one that it does not know.
    played('pair', ['bad-code after nothing', 'bad-code after M1', 'refused after M1']),
  ]
}

async function tells(page: Page, expression: string): Promise<z.output<typeof got>> {
  return got.parse(await within(15, 'the end of its connection', page.evaluate(expression)))
}

/** Anybody gets the companion's proof of itself, once for each opening message. */
function judged({ lengths, end }: z.output<typeof got>, ends: readonly string[]): string {
  for (const length of lengths) requireOneOf(length, [212])
  return requireOneOf(end, ends)
}

async function openingMessage(): Promise<Buffer> {
  return Buffer.from([1, 1, 2, ...(await createIdentity({ extractable: false })).publicKey])
}
