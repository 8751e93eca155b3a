import { launch, type Browser, type Page, type Protocol } from 'puppeteer-core'
import { findBrowser } from '../../scripts/find-browser.mjs'
import { withHostRules } from './host-rules.ts'
import { openExtension, type Extension } from './extension.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** A real Chromium with a profile of its own. */
export type Chromium = AsyncDisposable & {
  readonly browser: Browser
  readonly profile: string
  /** Loads an unpacked extension, as a person does on chrome://extensions. */
  loadExtension(folder: string): Promise<Extension>
  open(address: string): Promise<Page>
  /** Puts Chrome in the background, where it can open no popup. */
  minimise(page: Page): Promise<void>
  restore(page: Page): Promise<void>
  close(): Promise<void>
}

export type ChromiumOptions = {
  /** Such as a stand-in's, which say where upwork.com is. */
  arguments?: readonly string[]
  headed?: boolean
  /** A profile that is there afterwards too; without it a fresh one, removed at the end. */
  profile?: string
  /** It may meet companions on 47616 to 47620, which are not a story's own. */
  meetUsualPorts?: boolean
}

const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]
// Without a head the screen is 800 by 600, on which not even the popup has its size.
const screen = '--screen-info={1600x1200}'

export function browserProgram(): string {
  const found = findBrowser()
  if (found === undefined) throw new Error('There is no Chromium-family browser. CHROME_PATH may name one.')
  return found
}

/** Chromium does not start as root with its sandbox; for anyone else the sandbox stays. */
export function sandboxArguments(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

export async function openChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  const own = options.profile === undefined ? await temporaryFolder('profile') : undefined
  const profile = options.profile ?? own?.path ?? ''
  const browser = await launch({
    executablePath: browserProgram(),
    headless: options.headed !== true,
    defaultViewport: null,
    // Extensions can be loaded over the pipe alone: Chrome ignores --load-extension, and a port would be open to others.
    pipe: true,
    enableExtensions: true,
    userDataDir: profile,
    args: [
      ...quiet,
      ...(options.headed === true ? [] : [screen]),
      ...sandboxArguments(),
      ...withHostRules(options.arguments ?? [], options.meetUsualPorts === true),
    ],
  })
  // Not by --window-size, which would make the approval window as large.
  const [first] = await browser.pages()
  if (first !== undefined) await setWindow(first, { width: 1200, height: 800 })

  const close = async (): Promise<void> => {
    await browser.close()
    await own?.remove()
  }
  return {
    browser,
    profile,
    close,
    [Symbol.asyncDispose]: close,
    loadExtension: (folder) => openExtension(browser, folder),
    async minimise(page) {
      await setWindow(page, { windowState: 'minimized' })
      await until('this desktop has minimised the window', () => isMinimised(page), { seconds: 5 })
    },
    async restore(page) {
      await setWindow(page, { windowState: 'normal' })
      await page.bringToFront()
    },
    async open(address) {
      const blank = (await browser.pages()).find((page) => page.url() === 'about:blank')
      const page = blank ?? (await browser.newPage())
      await page.goto(address)
      return page
    },
  }
}

async function setWindow(page: Page, bounds: Protocol.Browser.Bounds): Promise<void> {
  const devtools = await page.createCDPSession()
  const { windowId } = await devtools.send('Browser.getWindowForTarget')
  await devtools.send('Browser.setWindowBounds', { windowId, bounds })
  await devtools.detach()
}

async function isMinimised(page: Page): Promise<boolean> {
  const devtools = await page.createCDPSession()
  const { bounds } = await devtools.send('Browser.getWindowForTarget')
  await devtools.detach()
  return bounds.windowState === 'minimized'
}
