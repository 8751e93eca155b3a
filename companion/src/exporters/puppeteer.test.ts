import { expect, it } from 'vitest'
import { z } from 'zod'
import { formatContract } from '../testing/format-contract.ts'
import { sampleSession } from '../testing/sample-session.ts'
import { puppeteer } from './puppeteer.ts'

const [base] = sampleSession().cookies
if (base === undefined) throw new Error('The sample has a cookie')

it('writes what browser.setCookie takes', () => {
  const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: null }
  const cookies = [
    base,
    { ...base, name: 'ends-with-the-browser', expires: null, sameSite: 'unspecified' as const },
    {
      ...base,
      name: 'chips',
      domain: 'www.upwork.com',
      hostOnly: true,
      sameSite: 'no_restriction' as const,
      partition,
    },
  ]
  const { text, notes } = puppeteer.write(sampleSession({ cookies }), {})
  const plain = { value: 'sample', domain: '.upwork.com', path: '/', httpOnly: true, secure: true, sameSite: 'Lax' }
  expect(JSON.parse(text.reveal())).toEqual([
    { ...plain, name: 'master_access_token', expires: 1_900_000_000 },
    { ...plain, name: 'ends-with-the-browser', sameSite: 'Default' },
    {
      ...plain,
      name: 'chips',
      domain: 'www.upwork.com',
      expires: 1_900_000_000,
      sameSite: 'None',
      partitionKey: { sourceOrigin: 'https://upwork.com', hasCrossSiteAncestor: false },
    },
  ])
  expect(notes).toEqual([
    'This format has no web storage: 1 key of it stayed in the vault.',
    'To look like the browser it came from, send its User-Agent as well: "Mozilla/5.0"',
  ])
})

const sameSites = { Default: 'unspecified', Lax: 'lax', None: 'no_restriction', Strict: 'strict' } as const
const list = z.array(
  z.object({ name: z.string(), value: z.string(), sameSite: z.enum(['Default', 'Lax', 'None', 'Strict']) }),
)

formatContract(puppeteer, {
  read: (text) => ({
    cookies: list.parse(JSON.parse(text)).map((cookie) => ({ ...cookie, sameSite: sameSites[cookie.sameSite] })),
  }),
})
