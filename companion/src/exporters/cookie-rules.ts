import type { Cookie } from '@countersign/shared/session/cookie'
import { canonicalDomain, CookieJar, Cookie as JarCookie, Store } from 'tough-cookie'

// The only file that touches tough-cookie, and loaded only where a Cookie header is written: its list of public suffixes takes its time.

/**
 * Those of these cookies that a browser sends to this address when it opens it, longest path first (RFC 6265, 5.4): by domain, path,
 * Secure and expiry. Each is judged for itself, since a browser may keep two that a jar would hold for one.
 */
export const cookiesFor = (cookies: readonly Cookie[], url: URL): readonly Cookie[] => {
  const creation = new Date()
  const known = new Map<unknown, Cookie>()
  const all = cookies.map((cookie) => {
    const made = inJar(cookie, creation)
    known.set(made, cookie)
    return made
  })
  const store = Object.assign(new Store(), {
    synchronous: true,
    findCookies: (_domain: unknown, _path: unknown, _special: unknown, tell?: Tell) => {
      tell?.(null, all)
      return Promise.resolve(all)
    },
    removeCookie: () => Promise.resolve(),
  })
  const sent = new CookieJar(store).getCookiesSync(url, { sort: true })
  return sent.flatMap((one) => known.get(one) ?? [])
}

type Tell = (failed: null, found: JarCookie[]) => void

const inJar = ({ name, value, domain, hostOnly, path, secure, httpOnly, expires }: Cookie, creation: Date): JarCookie =>
  new JarCookie({
    key: name,
    value: value.reveal(),
    domain: canonicalDomain(domain) ?? domain,
    hostOnly,
    path,
    secure,
    httpOnly,
    expires: expires === null ? 'Infinity' : new Date(Math.min(Math.max(0, expires), endOfTime) * 1000),
    creation,
  })

/** In seconds; a later date can't be written as one. */
const endOfTime = 253_402_300_799
