import { expect, test } from 'vitest'
import type { TabFacts } from './choose-tab.ts'
import type { BrowserCookie } from './map-cookie.ts'
import { readSignIn } from './sign-in-now.ts'

const cookie = (name: string, value: string, domain = '.upwork.com'): BrowserCookie => ({
  name,
  value,
  domain,
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
})
const token = cookie('master_access_token', 'one')
const user = cookie('console_user', 'ada')
const tab = (id: number, url: string, more: Partial<TabFacts> = {}): TabFacts => ({
  id,
  url,
  windowId: 1,
  active: true,
  incognito: false,
  ...more,
})
const feed = tab(1, 'https://www.upwork.com/nx/find-work')

/** A browser whose store 1 holds these cookies, and whose own store holds those of bob. */
const reading = async (tabs: readonly TabFacts[], cookies: readonly BrowserCookie[]) => {
  const { signIn, account } = await readSignIn({
    tabs: async () => tabs,
    lastFocusedWindow: async () => 1,
    stores: async () => [
      { id: '0', tabIds: [7] },
      { id: '1', tabIds: [1, 2] },
    ],
    cookies: async (store) => (store === '1' ? cookies : [token, cookie('console_user', 'bob')]),
  })
  return `${signIn} ${account}`
}

test.each([
  ['signed in', [feed], [token, user], 'signed-in ada'],
  ['signed out, with the name left behind', [feed], [user], 'signed-out ada'],
  ['a token and no name', [feed], [token], 'uncertain unknown'],
  ['on a sign-in page', [tab(1, 'https://www.upwork.com/ab/account-security/login')], [token, user], 'uncertain ada'],
  ['no tab of the site', [tab(1, 'https://evil-upwork.com/')], [token, user], 'signed-in bob'],
  ['an incognito tab alone', [tab(1, feed.url ?? '', { incognito: true })], [token, user], 'signed-in bob'],
  ['the tab that was used last', [feed, tab(7, feed.url ?? '', { active: false })], [token, user], 'signed-in ada'],
  ['cookies of a look-alike', [feed], [cookie('master_access_token', 'x', 'evil-upwork.com')], 'signed-out unknown'],
])('%s', async (_case, tabs, cookies, expected) => {
  expect(await reading(tabs, cookies)).toBe(expected)
})
