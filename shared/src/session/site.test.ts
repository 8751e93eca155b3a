import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOf, isSignInCookie, isSiteCookie, isSiteUrl, judgeSignIn, signInEnds, unknownAccount } from './site.ts'
import { madeCookie } from './testing/made-cookie.ts'

const token = madeCookie('master_access_token', 'example-token')
const user = madeCookie('console_user', 'example-freelancer')
const uid = madeCookie('user_uid', '123456')
const home = 'https://www.upwork.com/nx/find-work/'
const login = 'https://www.upwork.com/ab/account-security/login?redir=%2Fnx'

describe('isSiteUrl', () => {
  it.each([
    ['https://www.upwork.com/', true],
    ['https://upwork.com/x', true],
    ['https://community.upwork.com/', true],
    ['http://www.upwork.com/', false],
    ['https://www.upwork.com:8443/', false],
    ['https://evil-upwork.com/', false],
    ['https://upwork.com.evil.example/', false],
    ['https://upwork.com@evil.example/', false],
    ['https://evil.example/?https://www.upwork.com/', false],
    ['chrome-extension://upwork.com/', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => expect(isSiteUrl(address)).toBe(expected))

  it('takes no host but the domain and what ends in a dot and it', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        expect(isSiteUrl(`https://${host}/`)).toBe(host === 'upwork.com' || host.endsWith('.upwork.com'))
      }),
    )
  })
})

describe('isSiteCookie', () => {
  const partition = (topLevelSite: string) => ({ topLevelSite, hasCrossSiteAncestor: false })
  it.each([
    ['.upwork.com', null, true],
    ['www.upwork.com', null, true],
    ['.evil-upwork.com', null, false],
    ['upwork.com.evil.example', null, false],
    ['.upwork.com', partition('https://upwork.com'), true],
    ['.upwork.com', partition('https://evil.example'), false],
  ])('%s in %o: %s', (domain, partition, expected) => expect(isSiteCookie({ domain, partition })).toBe(expected))
})

describe('judgeSignIn', () => {
  it.each([
    ['token and account on a page of hers', [token, user], home, 'signed-in'],
    ['the other account cookie will do', [token, uid], home, 'signed-in'],
    ['no token', [user, uid], home, 'signed-out'],
    ['nothing at all', [], home, 'signed-out'],
    ['an empty token', [madeCookie('master_access_token', ''), user], home, 'signed-out'],
    ['no account', [token], home, 'uncertain'],
    ['an account that is no name', [token, madeCookie('console_user', '<b>')], home, 'uncertain'],
    ['on the login page', [token, user], login, 'uncertain'],
    ['on account security', [token, user], 'https://www.upwork.com/ab/account-security/two-factor', 'uncertain'],
    ['no token, on the login page', [user], login, 'signed-out'],
  ] as const)('%s', (_name, cookies, address, verdict) => {
    expect(judgeSignIn(cookies, address).verdict).toBe(verdict)
  })
})

describe('accountOf', () => {
  it('trusts console_user before user_uid', () => expect(accountOf([uid, user])).toBe('example-freelancer'))
  it('never gives a name that the word for "unknown" already has', () =>
    expect(accountOf([madeCookie('console_user', unknownAccount)])).toBe(unknownAccount))
})

describe('isSignInCookie', () => {
  it.each([
    ['master_access_token', true, true],
    ['master_refresh_token', true, true],
    ['console_user', false, true],
    ['user_uid', false, true],
    ['XSRF-TOKEN', false, true],
    ['oauth2_global_js_token', false, true],
    ['user_oauth2_slave_access_token', false, true],
    ['__Host-session', true, true],
    ['__Secure-session', true, true],
    ['__Host-theme', false, false],
    ['visitor_id', true, false],
    ['visitor_gql_token', true, false],
    ['recognized', false, false],
    ['Master_Access_Tokens', true, false],
    ['', true, false],
  ])('%s, HttpOnly %s: %s', (name, httpOnly, expected) => expect(isSignInCookie({ name, httpOnly })).toBe(expected))
})

it('knows when the sign-in ends', () => {
  expect(signInEnds([token, user])).toBeNull()
  expect(signInEnds([madeCookie('master_access_token', 'x', { expires: 1_800_000_000 })])).toBe(1_800_000_000)
})
