import type { Canaries } from './canaries.ts'
import type { SignIn } from './sign-ins.ts'

const day = 24 * 60 * 60
const wholeSite = 'Domain=.upwork.com; Path=/; Secure'

/** `uncertain`: the token is set, and nothing says whose it is. */
export type Variant = 'usual' | 'uncertain'

/** The `Set-Cookie` lines of a sign-in: one of each kind that a faithful copy has to get right. */
export function signInCookies(signIn: SignIn, canaries: Canaries, variant: Variant): string[] {
  const account = [
    `console_user=${signIn.account.id}; ${wholeSite}; SameSite=Lax; Max-Age=${30 * day}`,
    `user_uid=${signIn.account.uid}; ${wholeSite}`,
  ]
  return [
    tokenCookie(signIn),
    ...(variant === 'usual' ? account : []),
    // Host-only, HttpOnly, and gone with the browser: the one that copies which trust JavaScript miss.
    `__Host-session=${signIn.session}; Path=/; Secure; HttpOnly; SameSite=Lax`,
    `oauth2_global_js_token=${canaries.issue('oauth2_global_js_token')}; ${wholeSite}; SameSite=Lax; Max-Age=${day}`,
    `XSRF-TOKEN=${canaries.issue('XSRF-TOKEN')}; ${wholeSite}; SameSite=Strict`,
    `recognized=${canaries.issue('recognized')}; ${wholeSite}; SameSite=None; Max-Age=${365 * day}`,
    `job_filter=${canaries.issue('job_filter')}; Path=/nx; Secure; HttpOnly; SameSite=Lax; Max-Age=${7 * day}`,
    `__Host-device=${signIn.device}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=${90 * day}`,
  ]
}

export function tokenCookie(signIn: SignIn): string {
  return `master_access_token=${signIn.token}; ${wholeSite}; HttpOnly; SameSite=Lax; Max-Age=${14 * day}`
}

/** After signing out the account's name and `recognized` stay behind, as they do at the real site. */
export function signOutCookies(): string[] {
  const gone = 'Max-Age=0'
  return [
    ...['master_access_token', 'oauth2_global_js_token', 'XSRF-TOKEN'].map((name) => `${name}=; ${wholeSite}; ${gone}`),
    `__Host-session=; Path=/; Secure; ${gone}`,
  ]
}

/** Set for anyone who comes by, signed in or not. */
export function visitorCookies(host: string, canaries: Canaries): string[] {
  const own =
    host === 'www.upwork.com'
      ? []
      : [`community_session=${canaries.issue('community_session')}; Path=/; Secure; HttpOnly`]
  return [`visitor_id=${canaries.issue('visitor_id')}; ${wholeSite}; SameSite=Lax; Max-Age=${365 * day}`, ...own]
}

/** What a look-alike sets: the same names, so that taking a cookie by its name alone shows. */
export function decoyCookies(canaries: Canaries): string[] {
  return ['master_access_token', 'console_user', 'user_uid', 'recognized'].map(
    (name) => `${name}=${canaries.issue(name)}; Path=/; Secure; SameSite=Lax; Max-Age=${day}`,
  )
}

export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? '').split(/;\s*/).filter((pair) => pair.includes('='))
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
