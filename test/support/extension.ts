import { TargetType, type Browser, type Page, type Target, type WebWorker } from 'puppeteer-core'
import { createSurface, type Surface } from './surface.ts'
import { until } from './until.ts'

/** The loaded extension as a person meets it, and the hooks by which a story makes its life hard. */
export type Extension = {
  readonly id: string
  /** Clicks the toolbar icon over this tab, and gives the popup that opens: the real one, not its page in a tab. */
  openPopup(tab: Page): Promise<Surface>
  /** The prompt that the extension opened by itself, wherever it could: popup or approval window. */
  prompt(seconds?: number): Promise<Surface>
  popup(seconds?: number): Promise<Surface>
  approvalWindow(seconds?: number): Promise<Surface>
  /** How many of its surfaces are open now. */
  surfaces(): number
  /** The service worker that runs now; waits for one. While this library watches it, it does not die of idleness. */
  worker(): Promise<WebWorker>
  /** Stops the service worker as the browser would, at whichever line it is. */
  stopWorker(): Promise<void>
}

export async function openExtension(browser: Browser, folder: string): Promise<Extension> {
  const id = await browser.installExtension(folder)
  const origin = `chrome-extension://${id}/`
  const isWindow = (target: Target): boolean => target.url().includes('surface=window')
  const isWorker = (target: Target): boolean =>
    target.type() === TargetType.SERVICE_WORKER && target.url().startsWith(origin)

  const surfaces = (): Target[] =>
    browser
      .targets()
      .filter((target) => target.type() === TargetType.PAGE && target.url().startsWith(`${origin}popup.html`))

  const surface = async (what: string, fits: (target: Target) => boolean, seconds = 10): Promise<Surface> => {
    const target = await until(`${what} is open`, () => surfaces().find(fits), { seconds })
    return createSurface(await target.asPage())
  }
  const popup = (seconds?: number): Promise<Surface> => surface('the popup', (target) => !isWindow(target), seconds)

  return {
    id,
    popup,
    approvalWindow: (seconds) => surface('the approval window', isWindow, seconds),
    prompt: (seconds) => surface('the popup or the approval window', () => true, seconds),
    surfaces: () => surfaces().length,
    async openPopup(tab) {
      // A click on the icon of an open popup would close it.
      if (!surfaces().some((target) => !isWindow(target))) {
        const extension = (await browser.extensions()).get(id)
        if (extension === undefined) throw new Error('The extension is not loaded.')
        await tab.bringToFront()
        await tab.triggerExtensionAction(extension)
      }
      return popup()
    },
    async worker() {
      // It is there a moment before its APIs are.
      return until('the service worker runs', async () => {
        const worker = await browser.targets().find(isWorker)?.worker()
        return (await worker?.evaluate('globalThis.chrome?.runtime?.id')) === id ? worker : undefined
      })
    },
    async stopWorker() {
      const target = browser.targets().find(isWorker)
      const worker = await target?.worker()
      if (target === undefined || worker === undefined || worker === null) return
      await worker.close()
      await until('the service worker has stopped', () => !browser.targets().includes(target))
    },
  }
}
