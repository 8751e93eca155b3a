import { Secret } from '@countersign/shared/secret'
import { describe, expect, it } from 'vitest'
import { sampleSession } from '../testing/sample-session.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { findFormat } from './formats.ts'

const [base] = sampleSession().cookies
if (base === undefined) throw new Error('The sample has a cookie')

const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false }
const session = sampleSession({
  cookies: [
    base,
    { ...base, name: 'ends-with-the-browser', expires: null, sameSite: 'unspecified' },
    { ...base, name: 'chips', sameSite: 'no_restriction', partition },
    { ...base, name: 'host', domain: 'www.upwork.com', hostOnly: true, sameSite: 'strict' },
  ],
  origins: [
    {
      origin: 'https://www.upwork.com',
      localStorage: [{ name: 'k', value: new Secret('v') }],
      sessionStorage: [{ name: 's', value: new Secret('gone') }],
    },
    { origin: 'https://community.upwork.com', localStorage: [], sessionStorage: [] },
  ],
  leftOut: [
    { origin: 'https://large.upwork.com', bytes: 9_000_000 },
    { origin: 'https://hanging.upwork.com', bytes: 0 },
  ],
})

describe('the playwright format', () => {
  const { text, notes } = findFormat('playwright').write(session, {})
  const plain = { domain: '.upwork.com', path: '/', expires: 1_900_000_000, httpOnly: true, secure: true }

  it('writes what Playwright reads', () => {
    expect(JSON.parse(text.reveal())).toEqual({
      cookies: [
        { ...plain, name: 'master_access_token', value: 'sample', sameSite: 'Lax' },
        { ...plain, name: 'ends-with-the-browser', value: 'sample', expires: -1, sameSite: 'Lax' },
        {
          ...plain,
          name: 'chips',
          value: 'sample',
          sameSite: 'None',
          partitionKey: 'https://upwork.com',
          _crHasCrossSiteAncestor: false,
        },
        { ...plain, name: 'host', value: 'sample', domain: 'www.upwork.com', sameSite: 'Strict' },
      ],
      origins: [{ origin: 'https://www.upwork.com', localStorage: [{ name: 'k', value: 'v' }] }],
    })
  })

  it('names what the file does not hold', () => {
    expect(notes).toHaveLength(5)
    expect(notes.join(' ')).toMatch(
      /SameSite.*sessionStorage.*large\.upwork\.com was too large.*hanging\.upwork\.com could not/,
    )
    expect(notes.join(' ')).toContain('{"userAgent":"Mozilla/5.0","locale":"en","timezoneId":"Europe/Lisbon"}')
  })

  it('keeps the text a secret until it is written', () => {
    expect(JSON.stringify({ text })).toBe('{"text":"[secret]"}')
  })

  it('tells the known formats when asked for another', () => {
    expect(thrownBy(() => findFormat('netscape'))).toMatchObject({
      code: 'unknown_format',
      next: 'Take one of: playwright.',
    })
  })
})
