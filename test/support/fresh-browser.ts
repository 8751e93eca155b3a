import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import type { StandIn } from '../stand-in/stand-in.ts'
import { browserProgram, sandboxArguments } from './chromium.ts'

/** What Playwright loads a saved session from: a file, or the same as an object. */
export type StorageState = NonNullable<BrowserContextOptions['storageState']>

/** A browser that was never at the site, with a saved session loaded as Playwright's users load one. */
export type FreshBrowser = AsyncDisposable & {
  readonly page: Page
  /** Whom the site's server takes it for; undefined when it is asked to log in. */
  readonly signedInAs: string | undefined
  /** Whether the server knows the device again, which takes the partitioned cookie. */
  readonly deviceKnown: boolean
  close(): Promise<void>
}

const feed = 'https://www.upwork.com/nx/find-work/best-matches'

export async function openFreshBrowser(
  standIn: StandIn,
  storageState: StorageState | undefined,
  { headed = false }: { headed?: boolean } = {},
): Promise<FreshBrowser> {
  const browser = await chromium.launch({
    executablePath: browserProgram(),
    headless: !headed,
    args: [...standIn.browserArguments, ...sandboxArguments()],
  })
  const close = (): Promise<void> => browser.close()
  try {
    const context = await browser.newContext(storageState === undefined ? {} : { storageState })
    const page = await context.newPage()
    await page.goto(feed)
    const who = page.locator('[data-signed-in-as]')
    const known = (await who.count()) > 0
    return {
      page,
      signedInAs: known ? ((await who.getAttribute('data-signed-in-as')) ?? undefined) : undefined,
      deviceKnown: known && (await who.getAttribute('data-device')) === 'known',
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
