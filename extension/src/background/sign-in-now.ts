import type { Cookie } from '@countersign/shared/session/cookie'
import { accountOf, isSiteCookie, judgeSignIn, type SignIn, site } from '@countersign/shared/session/site'
import { siteTabs, type TabFacts } from './choose-tab.ts'
import { type BrowserCookie, mapCookie } from './map-cookie.ts'

/** The browser, as far as its sign-in is read. */
export type SignInSource = {
  tabs(): Promise<readonly TabFacts[]>
  lastFocusedWindow(): Promise<number | undefined>
  stores(): Promise<readonly { readonly id: string; readonly tabIds: readonly number[] }[]>
  /** All of a registrable domain, partitioned ones included; of the profile's own store where none is named. */
  cookies(store: string | undefined, domain: string): Promise<readonly BrowserCookie[]>
}

export type SignInNow = { readonly signIn: SignIn; readonly account: string; readonly cookies: readonly Cookie[] }

/**
 * Whether and as whom this browser is signed in, by the cookies that the tab uses of which a capture would be; with no tab open, by
 * the profile's own. No page is touched.
 */
export const readSignIn = async (source: SignInSource): Promise<SignInNow> => {
  const [tabs, stores, window] = await Promise.all([source.tabs(), source.stores(), source.lastFocusedWindow()])
  const [chosen] = siteTabs(tabs, window)
  const store = chosen && stores.find(({ tabIds }) => tabIds.includes(chosen.id))
  const cookies = (await source.cookies(store?.id, site.domain)).map(mapCookie).filter(isSiteCookie)
  const { verdict } = judgeSignIn(cookies, chosen?.url ?? site.home)
  return { signIn: verdict, account: accountOf(cookies), cookies }
}
