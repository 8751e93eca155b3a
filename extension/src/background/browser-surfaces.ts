import type { Browser } from 'webextension-polyfill'
import type { SurfaceBrowser } from './surfaces.ts'

/** The real browser, for surfaces. */
export const browserSurfaces = (browser: Browser): SurfaceBrowser => ({
  contexts: () => browser.runtime.getContexts({ contextTypes: ['POPUP', 'TAB'] }),
  address: (page) => browser.runtime.getURL(page),
  openPopup: () => browser.action.openPopup(),
  createWindow: (options) => browser.windows.create({ type: 'popup', focused: true, ...options }),
  focusWindow: (id) => browser.windows.update(id, { focused: true }),
  removeWindow: (id) => browser.windows.remove(id),
  // (Only Chrome's own types know `silent`.)
  notify: (id, message, silent) =>
    chrome.notifications.create(id, {
      type: 'basic',
      iconUrl: browser.runtime.getURL('icons/128.png'),
      title: 'Countersign',
      message,
      silent,
    }),
  clearNotification: (id) => browser.notifications.clear(id),
})
