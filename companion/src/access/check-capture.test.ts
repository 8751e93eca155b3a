import { Secret } from '@countersign/shared/secret'
import type { Session } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { signedIn } from '../testing/temp-house.ts'
import { checkCapture } from './check-capture.ts'

const good = signedIn()
const [token, named] = good.cookies
if (token === undefined || named === undefined) throw new Error('The sample has two cookies')
const withCookie = (more: Partial<typeof token>): Partial<Session> => ({
  cookies: [token, named, { ...token, ...more }],
})
const partition = (topLevelSite: string) => ({ topLevelSite, hasCrossSiteAncestor: false })
const storage = { localStorage: [], sessionStorage: [] }

const truth: [name: string, more: Partial<Session>, code: string | undefined][] = [
  ['a whole sign-in', {}, undefined],
  ['one that the browser doubts', { signIn: 'uncertain' }, undefined],
  ['a cookie of a subdomain', withCookie({ domain: 'www.upwork.com' }), undefined],
  ['a partitioned cookie of the site', withCookie({ partition: partition('https://upwork.com') }), undefined],
  ['a look-alike domain', withCookie({ domain: '.evil-upwork.com' }), 'capture_refused'],
  ['the domain as somebody’s subdomain', withCookie({ domain: 'upwork.com.evil.example' }), 'capture_refused'],
  ['another site’s partition', withCookie({ partition: partition('https://evil.example') }), 'capture_refused'],
  ['storage of another origin', { origins: [{ origin: 'https://evil.example', ...storage }] }, 'capture_refused'],
  ['an origin with a path', { origins: [{ origin: 'https://www.upwork.com/x', ...storage }] }, 'capture_refused'],
  ['another origin left out', { leftOut: [{ origin: 'https://evil.example', bytes: 1 }] }, 'capture_refused'],
  ['no token', { cookies: [named] }, 'signed_out'],
  ['another account than the cookies name', { account: 'eve' }, 'capture_refused'],
  ['no account cookie, called certain', { cookies: [token], account: 'unknown' }, 'capture_refused'],
  ['no account cookie, called uncertain', { cookies: [token], account: 'unknown', signIn: 'uncertain' }, undefined],
  ['an empty token', { cookies: [{ ...token, value: new Secret('') }, named] }, 'signed_out'],
]

describe('checkCapture', () => {
  it.each(truth)('%s', (_name, more, code) => {
    expect(checkCapture({ ...good, ...more })?.code).toBe(code)
  })
})
