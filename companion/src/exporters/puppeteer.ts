import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import { type Format, noOptions } from './format.ts'
import { alsoSend, noStorage } from './notes.ts'

/**
 * What Puppeteer's `browser.setCookie(...cookies)` takes: https://pptr.dev/api/puppeteer.cookiedata. `Default` is its word for a cookie
 * without a SameSite, which the browser then treats as it did before.
 */
export const puppeteer: Format = {
  name: 'puppeteer',
  options: noOptions,
  write: (session) => ({
    text: new Secret(`${JSON.stringify(session.cookies.map(cookieOf), undefined, 2)}\n`),
    cookies: session.cookies.length,
    origins: 0,
    notes: [...noStorage(session), ...alsoSend(session)],
  }),
}

const sameSites = { unspecified: 'Default', lax: 'Lax', strict: 'Strict', no_restriction: 'None' } as const

const cookieOf = ({ name, value, domain, path, expires, httpOnly, secure, sameSite, partition }: Cookie) => ({
  name,
  value: value.reveal(),
  domain,
  path,
  // Without one it ends with the browser.
  ...(expires === null ? {} : { expires }),
  httpOnly,
  secure,
  sameSite: sameSites[sameSite],
  ...(partition === null
    ? {}
    : {
        partitionKey: {
          sourceOrigin: partition.topLevelSite,
          hasCrossSiteAncestor: partition.hasCrossSiteAncestor ?? false,
        },
      }),
})
