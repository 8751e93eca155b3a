import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import * as fc from 'fast-check'
import { CookieJar } from 'tough-cookie'
import { describe, expect, it } from 'vitest'
import { formatContract } from '../testing/format-contract.ts'
import { sampleSession } from '../testing/sample-session.ts'
import { header } from './header.ts'

const [base] = sampleSession().cookies
if (base === undefined) throw new Error('The sample has a cookie')
const cookie = (name: string, more: Partial<Cookie> = {}): Cookie => ({
  ...base,
  name,
  value: new Secret(name),
  ...more,
})

/** The line, or the code of the refusal. */
const lineFor = async (url: string, cookies: readonly Cookie[]): Promise<string> => {
  const options = await header.options({ url })
  try {
    return header
      .write(sampleSession({ cookies: [...cookies] }), options)
      .text.reveal()
      .trimEnd()
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'thrown'
  }
}
const host = { domain: 'www.upwork.com', hostOnly: true }
const nested = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: true }

describe('a Cookie header', () => {
  const none = 'no_cookie_for_url'
  it.each([
    ['of the domain and below it', 'https://www.upwork.com/', {}, 'a=a'],
    ['of the domain itself', 'https://upwork.com/', {}, 'a=a'],
    ['of a look-alike', 'https://evil-upwork.com/', {}, none],
    ['of another site', 'https://example.com/', {}, none],
    ['host-only, of its host', 'https://www.upwork.com/', host, 'a=a'],
    ['host-only, of a host below', 'https://a.www.upwork.com/', host, none],
    ['host-only, of the domain', 'https://upwork.com/', host, none],
    ['whatever the case of the host', 'https://WWW.Upwork.Com/', { domain: '.UPWORK.com' }, 'a=a'],
    ['of its path', 'https://www.upwork.com/nx', { path: '/nx' }, 'a=a'],
    ['of below its path', 'https://www.upwork.com/nx/find-work?q=/ab', { path: '/nx' }, 'a=a'],
    ['of a path that begins alike', 'https://www.upwork.com/nxt', { path: '/nx' }, none],
    ['of above its path', 'https://www.upwork.com/', { path: '/nx' }, none],
    ['of a path with two slashes', 'https://www.upwork.com//evil.example/', {}, 'a=a'],
    ['Secure, without encryption', 'http://www.upwork.com/', {}, none],
    ['not Secure, without encryption', 'http://www.upwork.com/', { secure: false }, 'a=a'],
    ['at another port', 'https://www.upwork.com:8443/', {}, 'a=a'],
    ['that has expired', 'https://www.upwork.com/', { expires: 1_000_000_000 }, none],
    ['that expired before 1970', 'https://www.upwork.com/', { expires: -1e17 }, none],
    ['that expires after all time', 'https://www.upwork.com/', { expires: Number.MAX_VALUE }, 'a=a'],
    ['that ends with the browser', 'https://www.upwork.com/', { expires: null }, 'a=a'],
    ['Strict, since she opens the address', 'https://www.upwork.com/', { sameSite: 'strict' }, 'a=a'],
    ['for frames within other sites', 'https://www.upwork.com/', { partition: nested }, none],
    ['with a newline', 'https://www.upwork.com/', { value: new Secret('a\r\nX-Evil: 1') }, none],
  ] as const)('and a cookie %s', async (_, url, more, expected) => {
    expect(await lineFor(url, [cookie('a', more)])).toBe(expected)
  })

  it('has the longest paths first, then the order of the save, and both of two that a partition tells apart', async () => {
    const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false }
    const cookies = [
      cookie('a'),
      cookie('b', { path: '/nx' }),
      cookie('a', { value: new Secret('chips'), partition }),
      cookie('c', { path: '/nx/find-work' }),
      cookie('', { value: new Secret('nameless') }),
    ]
    expect(await lineFor('https://www.upwork.com/nx/find-work', cookies)).toBe('c=c; b=b; a=a; a=chips; nameless')
  })

  it.each([
    ['', 'invalid_arguments'],
    ['www.upwork.com', 'invalid_arguments'],
    ['ftp://www.upwork.com/', 'invalid_arguments'],
    ['javascript:alert(1)', 'invalid_arguments'],
    ['https://ada:secret@www.upwork.com/', 'invalid_arguments'],
  ])('is for no such address as “%s”', async (url, code) => {
    await expect(header.options({ url })).rejects.toMatchObject({ code })
  })

  it('tells the address without what no rule looks at', async () => {
    const { address } = await header.options({ url: 'https://www.upwork.com/nx?token=1#top' })
    expect(address?.url.href).toBe('https://www.upwork.com/nx')
  })
})

describe('tough-cookie', () => {
  const domains = ['upwork.com', 'www.upwork.com', 'community.upwork.com', 'a.www.upwork.com']
  const paths = ['/', '/nx', '/nx/', '/nx/find-work', '/nxt', '/ab/account-security']
  const url = fc
    .record({
      scheme: fc.constantFrom('https', 'http'),
      host: fc.constantFrom(...domains, 'upwork.com.evil.example', 'evil-upwork.com'),
      path: fc.constantFrom(...paths, '/nx/find-work/best-matches', '/NX', '/nx//'),
    })
    .map(({ scheme, host, path }) => `${scheme}://${host}${path}`)
  const attributes = fc.record({
    domain: fc.constantFrom(...domains),
    hostOnly: fc.boolean(),
    path: fc.constantFrom(...paths),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    expires: fc.constantFrom(null, 1_000_000_000, 4_000_000_000),
  })

  /** A jar of its own, filled as a server would fill it: by Set-Cookie, at the host that may set just that. */
  const jarOf = (cookies: readonly Cookie[]): CookieJar => {
    const jar = new CookieJar()
    for (const { name, value, domain, hostOnly, path, secure, httpOnly, expires } of cookies) {
      const bare = domain.replace(/^\./, '')
      const parts = [
        `${name}=${value.reveal()}`,
        `Path=${path}`,
        ...(hostOnly ? [] : [`Domain=${bare}`]),
        ...(secure ? ['Secure'] : []),
        ...(httpOnly ? ['HttpOnly'] : []),
        ...(expires === null ? [] : [`Expires=${new Date(expires * 1000).toUTCString()}`]),
      ]
      jar.setCookieSync(parts.join('; '), `https://${bare}/`)
    }
    return jar
  }

  it('sends the same to every address, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(attributes, { maxLength: 10 }),
        fc.array(url, { minLength: 1, maxLength: 10 }),
        async (all, urls) => {
          const cookies = all.map((one, at) =>
            cookie(`c${at}`, { ...one, domain: one.hostOnly ? one.domain : `.${one.domain}` }),
          )
          const jar = jarOf(cookies)
          for (const at of urls) {
            expect([at, await lineFor(at, cookies)]).toEqual([at, jar.getCookieStringSync(at) || 'no_cookie_for_url'])
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

formatContract(header, {
  url: 'https://www.upwork.com/nx/find-work/',
  // As a server reads it.
  read: (text) => ({
    cookies: text
      .slice(0, -1)
      .split('; ')
      .map((pair) => {
        const at = pair.indexOf('=')
        const value = pair.slice(at + 1).trim()
        return at === -1 ? { name: '', value } : { name: pair.slice(0, at).trim(), value }
      }),
  }),
})
