import type { Browser } from 'webextension-polyfill'

/** The pages on which a person sees prompts: the toolbar's popup, and the approval window. */
export type Surfaces = {
  /** Brings one before her eyes, and only one: an open one, else the popup, else a window and a notification. */
  show(): Promise<void>
  isAnyOpen(): Promise<boolean>
  /** Closes the approval window, if there is one, and the notification. */
  putAway(): Promise<void>
  clearNotification(): Promise<void>
}

const page = 'popup.html'
const windowPage = `${page}?surface=window`
export const notificationId = 'countersign-prompt'

type SurfaceBrowser = Pick<Browser, 'action' | 'notifications' | 'runtime' | 'windows'>

export const createSurfaces = (browser: SurfaceBrowser): Surfaces => {
  let showing: Promise<void> | undefined

  // Asked of the browser each time: this worker may have been started anew since one was opened.
  const open = async () => {
    const contexts = await browser.runtime.getContexts({ contextTypes: ['POPUP', 'TAB'] })
    const ours = contexts.filter(({ documentUrl = '' }) => documentUrl.startsWith(browser.runtime.getURL(page)))
    return {
      popup: ours.some(({ contextType }) => contextType === 'POPUP'),
      window: ours.find(({ documentUrl }) => documentUrl === browser.runtime.getURL(windowPage))?.windowId,
    }
  }

  const bringUp = async (): Promise<void> => {
    const { popup, window } = await open()
    if (popup) return
    if (window !== undefined) {
      await browser.windows.update(window, { focused: true })
      return
    }
    try {
      await browser.action.openPopup()
    } catch {
      // Chrome is not in front, or minimised, or a window without a toolbar is: the usual case while an agent works.
      await browser.windows.create({ type: 'popup', url: windowPage, width: 420, height: 640, focused: true })
      await notify()
    }
  }

  const notify = async (): Promise<void> => {
    // No word of an agent's and no button: notifications are read by others, and clicked in passing.
    await browser.notifications.create(notificationId, {
      type: 'basic',
      iconUrl: browser.runtime.getURL('icons/128.png'),
      title: 'Countersign',
      message: 'Something waits for your answer.',
    })
  }

  const clearNotification = async (): Promise<void> => {
    await browser.notifications.clear(notificationId)
  }

  return {
    show() {
      showing ??= bringUp().finally(() => {
        showing = undefined
      })
      return showing
    },
    async isAnyOpen() {
      const { popup, window } = await open()
      return popup || window !== undefined
    },
    async putAway() {
      await clearNotification()
      const { window } = await open()
      if (window !== undefined) await browser.windows.remove(window)
    },
    clearNotification,
  }
}
