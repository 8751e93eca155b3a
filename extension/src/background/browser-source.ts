import { site } from '@countersign/shared/session/site'
import type { Browser } from 'webextension-polyfill'
import type { CaptureSource } from './capture.ts'
import type { SignInSource } from './sign-in-now.ts'

/** The real browser, for captures, and for looks at its sign-in. */
export const browserSource = (browser: Browser): CaptureSource & SignInSource => ({
  tabs: () => browser.tabs.query({ url: site.pattern }),
  // Our own approval window is a window, too, and it may have the focus. (Only Chrome's own types know `windowTypes`.)
  lastFocusedWindow: () =>
    chrome.windows.getLastFocused({ windowTypes: ['normal'] }).then(
      ({ id }) => id,
      () => undefined,
    ),
  stores: () => browser.cookies.getAllCookieStores(),
  cookies: (storeId, domain) =>
    browser.cookies.getAll({ domain, partitionKey: {}, ...(storeId === undefined ? {} : { storeId }) }),
  async runInTab(tabId, func) {
    // The main frame alone; and at once, since a page that still loads may load for long.
    const [frame] = await browser.scripting.executeScript({ target: { tabId }, func, injectImmediately: true })
    return frame?.result
  },
  userAgent: navigator.userAgent,
  languages: navigator.languages,
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  now: () => Date.now(),
})
