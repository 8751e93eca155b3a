import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import type { OriginStorage, Session } from '@countersign/shared/session/session'
import { type Format, noOptions } from './format.ts'
import { counted, storageLeftOut } from './notes.ts'

/**
 * Playwright's `storageState`: https://playwright.dev/docs/api/class-browsercontext#browser-context-storage-state, with
 * `partitionKey` and `_crHasCrossSiteAncestor` as Playwright itself writes them for Chromium.
 */
export const playwright: Format = {
  name: 'playwright',
  options: noOptions,
  write: (session) => {
    const state = { cookies: session.cookies.map(cookieOf), origins: session.origins.filter(hasLocal).map(originOf) }
    return {
      text: new Secret(`${JSON.stringify(state, undefined, 2)}\n`),
      cookies: state.cookies.length,
      origins: state.origins.length,
      notes: notesOn(session),
    }
  },
}

const sameSites = { unspecified: 'Lax', lax: 'Lax', strict: 'Strict', no_restriction: 'None' } as const

const cookieOf = ({ name, value, domain, path, expires, httpOnly, secure, sameSite, partition }: Cookie) => ({
  name,
  value: value.reveal(),
  domain,
  path,
  expires: expires ?? -1,
  httpOnly,
  secure,
  sameSite: sameSites[sameSite],
  ...(partition === null
    ? {}
    : {
        partitionKey: partition.topLevelSite,
        _crHasCrossSiteAncestor: partition.hasCrossSiteAncestor ?? false,
      }),
})

const hasLocal = ({ localStorage }: OriginStorage): boolean => localStorage.length > 0

const originOf = ({ origin, localStorage }: OriginStorage) => ({
  origin,
  localStorage: localStorage.map(({ name, value }) => ({ name, value: value.reveal() })),
})

const notesOn = (session: Session): string[] => {
  const { cookies, origins } = session
  const unspecified = cookies.filter(({ sameSite }) => sameSite === 'unspecified').length
  const sessionKeys = origins.reduce((sum, { sessionStorage }) => sum + sessionStorage.length, 0)
  const notes: string[] = []
  if (unspecified > 0) {
    notes.push(`${counted(unspecified, 'cookie')} without a SameSite: written as Lax, which is how Chrome treats them.`)
  }
  if (sessionKeys > 0) {
    notes.push(`This format has no sessionStorage: ${counted(sessionKeys, 'key')} of it stayed in the vault.`)
  }
  notes.push(
    `To look like the browser it came from, give newContext these as well: ${JSON.stringify(contextOf(session))}`,
  )
  return [...notes, ...storageLeftOut(session)]
}

/** What a state has no place for, in the words of `browser.newContext`. */
const contextOf = ({ userAgent, languages, timeZone }: Pick<Session, 'userAgent' | 'languages' | 'timeZone'>) => ({
  userAgent,
  ...(languages[0] === undefined ? {} : { locale: languages[0] }),
  timezoneId: timeZone,
})
