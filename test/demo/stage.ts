import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'puppeteer-core'
import { createStandIn, type StandIn } from '../stand-in/stand-in.ts'
import type { Belongings } from '../support/belongings.ts'
import { openChromium, type Chromium } from '../support/chromium.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import type { Extension } from '../support/extension.ts'
import { builtExtension } from '../support/places.ts'
import { signedInAs, signIn } from '../support/sign-in.ts'
import type { Album } from './album.ts'
import type { Teller } from './teller.ts'
import type { Witness } from './witness.ts'

/** What the tour plays with: everything real, and nothing of it the person's own. */
export type Stage = {
  readonly standIn: StandIn
  readonly companion: Companion
  readonly chromium: Chromium
  readonly extension: Extension
  /** The tab with the stand-in site. */
  readonly tab: Page
}

export type Tour = {
  readonly teller: Teller
  readonly album: Album
  readonly witness: Witness
  /** Keeps what must be closed when the tour is over, however it ends. */
  readonly parts: Belongings
  readonly headed: boolean
  /** A moment to look at what is there, if somebody is watching. */
  look(): Promise<void>
}

export const account = 'example-freelancer'

/** Milliseconds; for eyes, nothing waits for it. */
const moment = 1200

export function lookingAt(headed: boolean): () => Promise<void> {
  return async () => {
    if (headed) await pause(moment)
  }
}

/** Starts site, companion and browser, and signs in. `more` goes to the browser. */
export async function setStage(
  { teller, album, witness, parts, headed, look }: Tour,
  more: readonly string[] = [],
): Promise<Stage> {
  const { step } = teller
  const standIn = await step('A stand-in takes the place of upwork.com', async (note) => {
    const site = parts.keep(await createStandIn())
    note(`https on 127.0.0.1:${site.port}; the browser of this tour reaches nothing else`)
    return site
  })

  const companion = await step('The companion starts', async (note) => {
    const one = parts.keep(await createCompanion())
    const { url, pid } = await one.start()
    note(`${url}, process ${pid}, with a vault of its own for this tour`)
    return one
  })

  const { chromium, extension, tab } = await step('Chromium starts, with the built extension', async (note) => {
    const chromium = parts.keep(await openChromium({ arguments: [...standIn.browserArguments, ...more], headed }))
    witness.watch(chromium.browser)
    const extension = await chromium.loadExtension(builtExtension)
    const tab = await chromium.open('about:blank')
    note(`${await chromium.browser.version()}, extension ${extension.id}`)
    return { chromium, extension, tab }
  })

  await step(`She signs in as ${account}`, async () => {
    await signIn(tab, account)
    const who = await signedInAs(tab)
    if (who !== account) throw new Error(`The page shows ${who ?? 'a stranger'}.`)
    await album.take(tab, 'signed-in')
    await look()
  })
  return { standIn, companion, chromium, extension, tab }
}
