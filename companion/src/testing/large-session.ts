import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import type { OriginStorage, Session } from '@countersign/shared/session/session'
import { sampleSession } from './sample-session.ts'

/**
 * A session as large and as odd as a browser may hold one, the same each time: signed in, with so many cookies of every kind, and so
 * many bytes of web storage or a little more, spread over two origins.
 */
export const largeSession = ({ cookies = 3000, storageBytes = 64 * 1024 } = {}): Session => {
  const account = cookieOf({ name: 'console_user', value: 'ada', httpOnly: false })
  const token = cookieOf({ name: 'master_access_token', value: 'token' })
  const others = Array.from({ length: Math.max(0, cookies - 2) }, (_, at) => oddCookie(at))
  const perArea = storageBytes / 4
  const origins = ['https://www.upwork.com', 'https://community.upwork.com'].map((origin): OriginStorage => ({
    origin,
    localStorage: oddEntries(`${origin} local`, perArea),
    sessionStorage: oddEntries(`${origin} session`, perArea),
  }))
  return sampleSession({ cookies: [token, account, ...others].slice(0, cookies), origins })
}

/** What a cookie's value may hold in Chrome: quotes, emoji and much else, but neither a control character nor a semicolon. */
const oddValues = [
  'plain',
  '"quoted"',
  `it's "both"`,
  '😀🧾 naïve – 日本語',
  'a=b=c==',
  'comma, space and \\backslash\\',
  '%7B%22a%22%3A1%7D',
  '{"a":[1,2],"b":"c"}',
  '',
] as const

const sameSites = ['unspecified', 'no_restriction', 'lax', 'strict'] as const

/** Every kind in turn, each under a name of its own. */
const oddCookie = (at: number): Cookie => {
  const value = `${of(oddValues, at)}${of(oddValues, at) === '' ? '' : `#${at}`}`
  const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: at % 2 === 0 }
  switch (at % 6) {
    case 0:
      return cookieOf({ name: `__Host-${at}`, value, domain: 'www.upwork.com', hostOnly: true })
    case 1:
      return cookieOf({ name: `__Secure-${at}`, value, sameSite: 'strict' })
    case 2:
      return cookieOf({ name: `chips-${at}`, value, sameSite: 'no_restriction', partition })
    case 3:
      return cookieOf({ name: `until-close-${at}`, value, expires: null, sameSite: of(sameSites, at / 6) })
    case 4:
      return cookieOf({ name: `deep-${at}`, value, domain: '.community.upwork.com', path: `/a/b/${at % 5}` })
    default:
      return cookieOf({ name: `open-${at}`, value, secure: false, httpOnly: false, sameSite: 'unspecified' })
  }
}

const cookieOf = ({ value, ...more }: Partial<Omit<Cookie, 'value'>> & { name: string; value: string }): Cookie => ({
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  expires: 1_900_000_000,
  partition: null,
  ...more,
  value: new Secret(value),
})

/** A page may keep any text under any key, half a surrogate pair included. */
const oddTexts = [
  'line\nafter line\r\nand tab\t',
  'nul \u0000 within',
  '😀 "quotes" \\ </script> \u2028',
  'half of a pair: \ud83d',
  '',
] as const

const oddEntries = (about: string, size: number): OriginStorage['localStorage'] => {
  const piece = 16 * 1024
  return Array.from({ length: Math.max(oddTexts.length, Math.ceil(size / piece)) }, (_, at) => ({
    name: `${about} ${at} ${of(oddTexts, at)}`,
    value: new Secret(`${of(oddTexts, at)}${'x'.repeat(Math.min(piece, Math.floor(size)))}`),
  }))
}

const of = <T>(all: readonly [T, ...T[]], at: number): T => all[Math.floor(at) % all.length] ?? all[0]
