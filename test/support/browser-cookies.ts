import type { Page, Protocol } from 'puppeteer-core'
import type { ExportedCookie } from './export.ts'

/** What the browser itself has for a domain and all below it, HttpOnly and partitioned cookies included. */
export async function browserCookies(tab: Page, domain = 'upwork.com'): Promise<Protocol.Network.Cookie[]> {
  const devtools = await tab.createCDPSession()
  const { cookies } = await devtools.send('Network.getAllCookies')
  await devtools.detach()
  return cookies.filter((cookie) => cookie.domain === domain || cookie.domain.endsWith(`.${domain}`))
}

/** A cookie of the browser as a faithful export has it. A cookie without a SameSite of its own is Lax to Chrome. */
export function asExported(cookie: Protocol.Network.Cookie): ExportedCookie {
  const { name, value, domain, path, httpOnly, secure, partitionKey } = cookie
  return {
    name,
    value,
    domain,
    path,
    httpOnly,
    secure,
    expires: cookie.session ? -1 : cookie.expires,
    sameSite: cookie.sameSite ?? 'Lax',
    ...(partitionKey === undefined
      ? {}
      : {
          partitionKey: partitionKey.topLevelSite,
          _crHasCrossSiteAncestor: partitionKey.hasCrossSiteAncestor,
        }),
  }
}
