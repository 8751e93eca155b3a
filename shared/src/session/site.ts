import type { Cookie } from './cookie.ts'

/**
 * All that we know of Upwork, and where we know it from. When Upwork changes, this is the file to change.
 *
 * Sources, as of November 2026:
 * - the sign-in page `/ab/account-security/login`: the address at which public automations of the site begin
 *   (a code search for that path finds them by the dozen);
 * - the cookies `master_access_token`, `console_user` and `user_uid`: as reported of signed-in accounts. Upwork documents none
 *   of them, and we have not checked them against a live account. So no single one counts as a yes: it takes the token, an
 *   account, and a page that is not about signing in;
 * - `XSRF-TOKEN`, `oauth2_global_js_token`, `user_oauth2_slave_access_token` and their like: from public programs that call the site with
 *   a signed-in browser's cookies, and name these as what it takes. Unchecked as well, and therefore taken by the pattern of their names.
 */
export const site = {
  id: 'upwork',
  name: 'Upwork',
  domain: 'upwork.com',
  home: 'https://www.upwork.com/nx/find-work/best-matches',
  /** What `tabs.query` and the manifest take. */
  pattern: 'https://*.upwork.com/*',
  tokenCookie: 'master_access_token',
  /** In the order of trust: the first one that is there names the account. */
  accountCookies: ['console_user', 'user_uid'],
  /** Sent along with each request of a page, against forged ones. */
  requestCookie: 'XSRF-TOKEN',
} as const

/** Pages where a token may be there while the person is still proving who she is. */
const signInPages = [/^\/ab\/account-security(\/|$)/, /^\/(login|signup)(\/|$)/, /^\/nx\/signup(\/|$)/]

export type SignIn = 'signed-in' | 'signed-out' | 'uncertain'

/** An account's name in the site's own words; also the key under which its sessions lie. */
export type AccountId = string

/** What a cookie may call an account; anything else is not taken for one. */
const accountName = /^[\p{L}\p{N}][\p{L}\p{N}._@~-]{0,63}$/u

/** The key for a session whose account we could not tell. */
export const unknownAccount = 'unknown'

const onDomain = (host: string): boolean => host === site.domain || host.endsWith(`.${site.domain}`)

/** True for an https address of the site; `evil-upwork.com` and `upwork.com.evil.example` are not. */
export const isSiteUrl = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'https:' && url.port === '' && onDomain(url.hostname)
}

/** True for a cookie of the site's registrable domain, in the first party's own partition if it has one. */
export const isSiteCookie = (cookie: Pick<Cookie, 'domain' | 'partition'>): boolean =>
  onDomain(cookie.domain.replace(/^\./, '')) && (cookie.partition === null || isSiteUrl(cookie.partition.topLevelSite))

/**
 * True for a cookie whose value proves the sign-in: the token, and what pages can neither read nor set for each other (HttpOnly, with a
 * prefix). When one of these changes, Upwork has given out a new proof.
 */
export const isProofCookie = ({ name, httpOnly }: Pick<Cookie, 'name' | 'httpOnly'>): boolean =>
  name === site.tokenCookie || (httpOnly && /^__(Host|Secure)-/.test(name))

/** True for a cookie that says whose the sign-in is. */
export const isAccountCookie = ({ name }: Pick<Cookie, 'name'>): boolean =>
  site.accountCookies.some((known) => known === name)

const valueOf = (cookies: readonly Cookie[], name: string): string | undefined =>
  cookies.find((cookie) => cookie.name === name && cookie.value.reveal() !== '')?.value.reveal()

/** Whose session it is, as the account cookies say; `unknown` when they say nothing that can be a name. */
export const accountOf = (cookies: readonly Cookie[]): AccountId => {
  for (const name of site.accountCookies) {
    const value = valueOf(cookies, name)
    if (value !== undefined && accountName.test(value) && value !== unknownAccount) return value
  }
  return unknownAccount
}

/** Signed in, signed out or uncertain, and the plain sentence why. */
export const judgeSignIn = (cookies: readonly Cookie[], address: string): { verdict: SignIn; why: string } => {
  const token = valueOf(cookies, site.tokenCookie) !== undefined
  const account = accountOf(cookies) !== unknownAccount
  const atSignInPage = URL.canParse(address) && signInPages.some((page) => page.test(new URL(address).pathname))
  if (!token) return { verdict: 'signed-out', why: 'This tab has no Upwork sign-in.' }
  if (!account) return { verdict: 'uncertain', why: 'Upwork does not say which account this is.' }
  if (atSignInPage) return { verdict: 'uncertain', why: 'The tab is on a sign-in or account-security page.' }
  return { verdict: 'signed-in', why: 'Upwork knows this account and its sign-in.' }
}

const signInNames: ReadonlySet<string> = new Set([site.tokenCookie, ...site.accountCookies, site.requestCookie])

/** `oauth2_global_js_token`, `master_access_token`, `master_refresh_token`. */
const tokenName = /oauth2|_(access|refresh)_token$/

/**
 * Whether a cookie is needed for being known as signed in, as far as we know (see the sources above). What a server sets under a strict
 * prefix, and out of reach of scripts, is most likely its session, so that counts as well. In doubt it says yes: a cookie too many is let
 * out, and the sign-in works.
 */
export const isSignInCookie = ({ name, httpOnly }: Pick<Cookie, 'name' | 'httpOnly'>): boolean =>
  signInNames.has(name) || tokenName.test(name) || (httpOnly && /^__(Host|Secure)-/.test(name))

/** When the sign-in ends by the token's own date, in seconds since 1970; null when it does not say. */
export const signInEnds = (cookies: readonly Cookie[]): number | null => {
  const ends = cookies.filter((cookie) => cookie.name === site.tokenCookie).map((cookie) => cookie.expires)
  const known = ends.filter((end) => end !== null)
  return known.length === 0 ? null : Math.min(...known)
}
