import type { Page } from 'puppeteer-core'
import { openChromium, type Chromium, type ChromiumOptions } from './chromium.ts'
import type { Extension } from './extension.ts'
import { builtExtension } from './places.ts'

/** A further browser with a profile of its own, our extension in it, and a tab before the person. */
export type AnotherBrowser = AsyncDisposable & {
  readonly chromium: Chromium
  readonly extension: Extension
  readonly tab: Page
  close(): Promise<void>
}

export async function openAnotherBrowser(options: ChromiumOptions = {}): Promise<AnotherBrowser> {
  const chromium = await openChromium(options)
  const close = (): Promise<void> => chromium.close()
  try {
    const extension = await chromium.loadExtension(builtExtension)
    const tab = await chromium.open('about:blank')
    return { chromium, extension, tab, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}
