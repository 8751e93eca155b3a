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
  notify: (id, message) =>
    browser.notifications.create(id, {
      type: 'basic',
      iconUrl: browser.runtime.getURL('icons/128.png'),
      title: 'Countersign',
      message,
    }),
  clearNotification: (id) => browser.notifications.clear(id),
})
