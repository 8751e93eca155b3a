import { Secret } from '@countersign/shared/secret'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatContract } from '../testing/format-contract.ts'
import { sampleSession } from '../testing/sample-session.ts'
import { playwright } from './playwright.ts'

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
  const { text, notes } = playwright.write(session, {})
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
})

const sameSites = { Lax: 'lax', None: 'no_restriction', Strict: 'strict' } as const
const state = z.object({
  cookies: z.array(z.object({ name: z.string(), value: z.string(), sameSite: z.enum(['Lax', 'None', 'Strict']) })),
  origins: z.array(z.object({ localStorage: z.array(z.object({ name: z.string(), value: z.string() })) })),
})

formatContract(playwright, {
  read: (text) => {
    const { cookies, origins } = state.parse(JSON.parse(text))
    return {
      cookies: cookies.map((cookie) => ({ ...cookie, sameSite: sameSites[cookie.sameSite] })),
      localStorage: origins.flatMap(({ localStorage }) => localStorage),
    }
  },
})
