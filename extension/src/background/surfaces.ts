/** The pages on which a person sees prompts: the toolbar's popup, and the approval window. */
export type Surfaces = {
  /** Brings one before her eyes, and only one: an open one, else the popup, else a window and a notification. */
  show(): Promise<void>
  /** The quiet word that a saved session wants something of her. A click on it opens a surface. */
  notifyOfWeather(message: string): Promise<void>
  clearWeather(): Promise<void>
  /** Closes the approval window, if there is one, and the notification. */
  putAway(): Promise<void>
  clearNotification(): Promise<void>
  /** For `notifications.onClicked`. */
  notificationClicked(id: string): Promise<void>
}

/** The browser, as far as surfaces need it. */
export type SurfaceBrowser = {
  /** Our own open pages. */
  contexts(): Promise<readonly { contextType: string; documentUrl?: string | undefined; windowId: number }[]>
  /** The full address of a page of ours. */
  address(page: string): string
  /** Rejects when Chrome is not in front, or minimised, or a window without a toolbar is in front. */
  openPopup(): Promise<void>
  createWindow(options: { url: string; width: number; height: number }): Promise<unknown>
  focusWindow(id: number): Promise<unknown>
  removeWindow(id: number): Promise<unknown>
  /** `silent`: without a sound. */
  notify(id: string, message: string, silent: boolean): Promise<unknown>
  clearNotification(id: string): Promise<unknown>
}

const page = 'popup.html'
const windowPage = `${page}?surface=window`
const notificationId = 'countersign-prompt'
const weatherId = 'countersign-weather'

export const createSurfaces = (browser: SurfaceBrowser): Surfaces => {
  let showing: Promise<void> | undefined

  // Asked of the browser each time: this worker may have been started anew since one was opened.
  const open = async () => {
    const contexts = await browser.contexts()
    return {
      popup: contexts.some(({ contextType }) => contextType === 'POPUP'),
      window: contexts.find(({ documentUrl }) => documentUrl === browser.address(windowPage))?.windowId,
    }
  }

  /** @param asks whether it is a question that brings it up, which she may be waiting for elsewhere */
  const bringUp = async (asks: boolean): Promise<void> => {
    const { popup, window } = await open()
    if (popup) return
    if (window !== undefined) {
      await browser.focusWindow(window)
      return
    }
    try {
      await browser.openPopup()
    } catch {
      // The usual case while an agent works: she sits in its window.
      await browser.createWindow({ url: windowPage, width: 420, height: 640 })
      // No word of an agent's and no button: notifications are read by others, and clicked in passing.
      if (asks) await browser.notify(notificationId, 'Something waits for your answer.', false)
    }
  }

  const show = (asks = true): Promise<void> => {
    showing ??= bringUp(asks).finally(() => {
      showing = undefined
    })
    return showing
  }

  const clearNotification = async (): Promise<void> => {
    await browser.clearNotification(notificationId)
  }

  return {
    show: () => show(),
    clearNotification,
    async notifyOfWeather(message) {
      await browser.notify(weatherId, message, true)
    },
    async clearWeather() {
      await browser.clearNotification(weatherId)
    },
    async notificationClicked(id) {
      if (id !== notificationId && id !== weatherId) return
      await browser.clearNotification(id)
      await show(id === notificationId)
    },
    async putAway() {
      await clearNotification()
      const { window } = await open()
      if (window !== undefined) await browser.removeWindow(window)
    },
  }
}
