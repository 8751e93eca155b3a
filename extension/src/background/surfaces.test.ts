import { expect, test } from 'vitest'
import { createSurfaces, type SurfaceBrowser } from './surfaces.ts'

const page = 'chrome-extension://id/popup.html'

/** A browser with these pages of ours open, whose toolbar popup opens or, as when Chrome is not in front, does not. */
const scene = (
  open: readonly { contextType: 'POPUP' | 'TAB'; documentUrl: string; windowId: number }[],
  inFront: boolean,
) => {
  const done: string[] = []
  const note =
    (what: string) =>
    async (given: unknown): Promise<void> => {
      done.push(typeof given === 'string' || typeof given === 'number' ? `${what} ${given}` : what)
    }
  const browser: SurfaceBrowser = {
    contexts: async () => open,
    address: (path) => `chrome-extension://id/${path}`,
    openPopup: async () => {
      if (!inFront) throw new Error('Could not find an active browser window.')
      done.push('popup')
    },
    createWindow: note('window'),
    focusWindow: note('focus'),
    removeWindow: note('remove'),
    notify: note('notify'),
    clearNotification: note('clear'),
  }
  return { done, surfaces: createSurfaces(browser) }
}

test.each([
  ['nothing is open and Chrome is in front', [], true, ['popup']],
  ['nothing is open and Chrome is not in front', [], false, ['window', 'notify countersign-prompt']],
  ['the popup is open', [{ contextType: 'POPUP', documentUrl: page, windowId: -1 }], false, []],
  [
    'the window is open',
    [{ contextType: 'TAB', documentUrl: `${page}?surface=window`, windowId: 7 }],
    true,
    ['focus 7'],
  ],
  [
    'something else of ours is open',
    [{ contextType: 'TAB', documentUrl: 'chrome-extension://id/other.html', windowId: 7 }],
    true,
    ['popup'],
  ],
] as const)('when %s', async (_case, open, inFront, expected) => {
  const { done, surfaces } = scene(open, inFront)
  await surfaces.show()
  expect(done).toEqual(expected)
})

test('opens one for two prompts that come together', async () => {
  const { done, surfaces } = scene([], false)
  await Promise.all([surfaces.show(), surfaces.show()])
  expect(done).toEqual(['window', 'notify countersign-prompt'])
})

test('puts the window away, and the notification', async () => {
  const { done, surfaces } = scene([{ contextType: 'TAB', documentUrl: `${page}?surface=window`, windowId: 7 }], true)
  await surfaces.putAway()
  expect(done).toEqual(['clear countersign-prompt', 'remove 7'])
})

test('a click on a notification of others does nothing', async () => {
  const { done, surfaces } = scene([], true)
  await surfaces.notificationClicked('another')
  expect(done).toEqual([])
  await surfaces.notificationClicked('countersign-prompt')
  expect(done).toEqual(['clear countersign-prompt', 'popup'])
})

test('a click on the word about the weather opens a surface, and announces no question', async () => {
  const { done, surfaces } = scene([], false)
  await surfaces.notifyOfWeather('Design work: The saved sign-in has ended.')
  await surfaces.notificationClicked('countersign-weather')
  expect(done).toEqual(['notify countersign-weather', 'clear countersign-weather', 'window'])
})
