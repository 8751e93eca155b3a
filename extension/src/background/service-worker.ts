import '../zod-without-eval.ts'
import { clear, createStore, get, set } from 'idb-keyval'
import browser from 'webextension-polyfill'
import { createBackground } from './background.ts'
import { createBrowserIdentities } from './identity.ts'
import { codeFromLink } from './pairing-link.ts'
import { createStored } from './stored.ts'
import { createTakeLink } from './take-link.ts'

/*
 * Chrome starts this file for an event, and stops it when it has been quiet. So every listener is there after the first turn,
 * and nothing is kept here that the next start would miss.
 */
const database = createStore('countersign', 'keys')
const identities = createBrowserIdentities({
  get: () => get('keys', database),
  set: (keys) => set('keys', keys, database),
  clear: () => clear(database),
})
const stored = createStored(browser.storage)
const { server, connection, surfaces, weather, changed } = createBackground(browser, identities, stored)

const takeLink = createTakeLink({
  async link() {
    await connection.wake()
    return connection.link()
  },
  stored,
  surfaces,
  changed,
  now: () => Date.now(),
})

const wake = (): void => void connection.wake()

browser.runtime.onConnect.addListener((port) => server.connect(port))
browser.runtime.onMessage.addListener((message, sender, respond) => server.message(message, sender, respond))
browser.runtime.onMessageExternal.addListener((message, sender, respond) => {
  const code = codeFromLink(message, sender)
  const taking = code === undefined ? Promise.resolve(false) : takeLink(code).catch(() => false)
  void taking.then((taken) => respond({ kind: taken ? 'handed' : 'ignored' }))
  return true
})
browser.runtime.onInstalled.addListener(wake)
browser.runtime.onStartup.addListener(wake)
browser.alarms.onAlarm.addListener(({ name }) => {
  wake()
  weather.alarm(name)
})
browser.cookies.onChanged.addListener(({ cookie }) => weather.cookieChanged(cookie))
browser.notifications.onClicked.addListener((id) => void surfaces.notificationClicked(id).catch(() => undefined))
addEventListener('online', wake)

// A page or a content script could read `storage.local` otherwise. (Only Chrome's own types know of it.)
void chrome.storage.local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' })
// Badge and alarm as they should be, whatever the last worker left.
changed()
wake()
