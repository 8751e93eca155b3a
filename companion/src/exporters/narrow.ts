import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Session } from '@countersign/shared/session/session'
import { isSignInCookie } from '@countersign/shared/session/site'

/** How much of a session is let out. */
export type Narrowing = {
  /** Only what the site needs for knowing who she is. */
  readonly only?: 'sign-in' | undefined
  /** Names of cookies and of storage keys that stay in the vault. */
  readonly except?: readonly string[] | undefined
}

export type Narrowed = {
  readonly kept: Session
  /** The name of each cookie and each storage key that is not, in their order. */
  readonly leftOut: readonly string[]
  /** Names that were to be left out and are nowhere, in sentences: they may be misspelled. */
  readonly notes: readonly string[]
}

/** The site's file says what a sign-in needs; no web storage is part of it. Names are compared letter by letter. */
export const narrow = (session: Session, { only, except = [] }: Narrowing): Narrowed => {
  const named = new Set(except)
  const found = new Set<string>()
  const leftOut: string[] = []
  /** Keeps it, unless it is named, or no part of what is wanted. */
  const keeps = (name: string, isWanted: boolean): boolean => {
    if (named.has(name)) found.add(name)
    const stays = isWanted && !named.has(name)
    if (!stays) leftOut.push(name)
    return stays
  }
  const all = only === undefined
  const keepsKey = ({ name }: { readonly name: string }) => keeps(name, all)
  const cookies = session.cookies.filter((cookie) => keeps(cookie.name, all || isSignInCookie(cookie)))
  const origins = session.origins.map(({ origin, localStorage, sessionStorage }) => ({
    origin,
    localStorage: localStorage.filter(keepsKey),
    sessionStorage: sessionStorage.filter(keepsKey),
  }))
  return {
    kept: all ? { ...session, cookies, origins } : { ...session, cookies, origins: [], leftOut: [] },
    leftOut,
    notes: [...named].filter((name) => !found.has(name)).map(nowhere),
  }
}

const nowhere = (name: string): string =>
  `Nothing is left out as “${harmlessText(name, 80).text}”: no cookie and no storage key has that name.`
