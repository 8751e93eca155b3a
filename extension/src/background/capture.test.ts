import { describe, expect, test, vi } from 'vitest'
import { type CaptureSource, createCapture } from './capture.ts'
import type { TabFacts } from './choose-tab.ts'
import type { BrowserCookie } from './map-cookie.ts'

const canary = 'canary-7f3a'
const feed = 'https://www.upwork.com/nx/find-work?token=in-the-query#fragment'

const cookieNamed = (name: string, more: Partial<BrowserCookie> = {}): BrowserCookie => ({
  name,
  value: `${canary}-${name}`,
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  ...more,
})
const signedIn = [cookieNamed('master_access_token'), cookieNamed('console_user', { value: 'example-freelancer' })]
const tab = (id: number, url = feed, more: Partial<TabFacts> = {}): TabFacts => ({
  id,
  url,
  windowId: 1,
  active: false,
  incognito: false,
  ...more,
})

const storageText = (origin: string, localStorage: readonly (readonly [string, string])[] = []): string =>
  JSON.stringify({ origin, localStorage, sessionStorage: [] })

const sourceWith = (more: Partial<CaptureSource> = {}): CaptureSource => ({
  tabs: async () => [tab(1)],
  lastFocusedWindow: async () => 1,
  stores: async () => [{ id: '0', tabIds: [1, 2, 3] }],
  cookies: async () => signedIn,
  runInTab: async () => storageText('https://www.upwork.com', [['k', canary]]),
  userAgent: 'Chrome',
  languages: ['en'],
  timeZone: 'UTC',
  now: () => Date.UTC(2026, 10, 22),
  ...more,
})
const describing = (more: Partial<CaptureSource> = {}) => createCapture(sourceWith(more)).describe()

describe('a capture', () => {
  test("is told in a few kilobytes, whatever the page's address and the cookies' names are", async () => {
    const many = Array.from({ length: 180 }, (_, at) => cookieNamed(`${at}${'n'.repeat(4000)}`))
    const told = await describing({
      tabs: async () => [tab(1, `https://www.upwork.com/${'p'.repeat(2_000_000)}`)],
      cookies: async () => [...signedIn, ...many],
    })
    expect(JSON.stringify(told).length).toBeLessThan(32 * 1024)
    expect(told).toMatchObject({ outline: { cookies: 182, tab: { path: `/${'p'.repeat(298)}…` } } })
  })

  test('is told without a value, a query or a fragment', async () => {
    const told = await describing()
    expect(told).toMatchObject({
      kind: 'ready',
      outline: {
        identity: { account: 'example-freelancer', signIn: 'signed-in', store: '0', origin: 'https://www.upwork.com' },
        tab: { id: 1, origin: 'https://www.upwork.com', path: '/nx/find-work' },
        cookies: 2,
        storage: [{ origin: 'https://www.upwork.com', keys: 1 }],
        leftOut: [],
      },
    })
    expect(JSON.stringify(told)).not.toContain(canary)
    expect(JSON.stringify(told)).not.toContain('in-the-query')
  })

  test.each([
    ['no tab', { tabs: async () => [] }, { kind: 'no-tab' }],
    ['a tab of no store that it may read', { stores: async () => [{ id: '1', tabIds: [9] }] }, { kind: 'no-tab' }],
    ['no sign-in', { cookies: async () => [] }, { kind: 'signed-out', origin: 'https://www.upwork.com' }],
    [
      'a browser that says no',
      { cookies: () => Promise.reject(new Error(canary)) },
      { kind: 'failed', code: 'capture_failed' },
    ],
    [
      'too many cookies',
      { cookies: async () => [...signedIn, cookieNamed('huge', { value: 'x'.repeat(4 * 1024 * 1024) })] },
      { kind: 'failed', code: 'capture_too_large' },
    ],
  ])('ends as a value with %s', async (_case, more, outcome) => {
    expect(await describing(more)).toEqual(outcome)
  })

  test('takes no cookie of another site, and none of another site’s partition', async () => {
    const decoys = [
      cookieNamed('a', { domain: '.evil-upwork.com' }),
      cookieNamed('b', { domain: 'upwork.com.evil.example' }),
      cookieNamed('c', { partitionKey: { topLevelSite: 'https://evil.example' } }),
    ]
    expect(await describing({ cookies: async () => [...signedIn, ...decoys] })).toMatchObject({
      outline: { cookieNames: ['console_user', 'master_access_token'] },
    })
  })

  test('asks the store of the tab, for the site alone', async () => {
    const cookies = vi.fn<CaptureSource['cookies']>(async () => signedIn)
    await describing({
      cookies,
      stores: async () => [
        { id: 'a', tabIds: [7] },
        { id: 'b', tabIds: [1] },
      ],
    })
    expect(cookies.mock.calls).toEqual([['b', 'upwork.com']])
  })

  test('reads each origin of that store once, in no sleeping tab', async () => {
    const read: number[] = []
    await describing({
      tabs: async () => [
        tab(1, feed, { active: true }),
        tab(2),
        tab(3, 'https://community.upwork.com/', { discarded: true }),
        tab(8, 'https://messages.upwork.com/'),
      ],
      runInTab: async (id) => {
        read.push(id)
        return undefined
      },
    })
    expect(read).toEqual([1])
  })

  test('names an origin whose tab is elsewhere by now', async () => {
    const runInTab = async () => storageText('https://evil.example')
    expect(await describing({ runInTab })).toMatchObject({
      outline: { storage: [], leftOut: [{ origin: 'https://www.upwork.com', bytes: 0 }] },
    })
  })

  test('names an origin whose tab does not answer in three seconds', async () => {
    vi.useFakeTimers()
    try {
      const told = describing({ runInTab: () => new Promise(() => undefined) })
      await vi.advanceTimersByTimeAsync(3_000)
      expect(await told).toMatchObject({ outline: { leftOut: [{ origin: 'https://www.upwork.com', bytes: 0 }] } })
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('taking', () => {
  const shown = {
    account: 'example-freelancer',
    signIn: 'signed-in',
    store: '0',
    origin: 'https://www.upwork.com',
  } as const

  test('gives what was shown', async () => {
    expect(await createCapture(sourceWith()).take(shown)).toMatchObject({ kind: 'taken' })
  })

  test.each([
    ['account', { account: 'second-example' }],
    ['sign-in', { signIn: 'uncertain' as const }],
    ['store', { store: '1' }],
    ['origin', { origin: 'https://community.upwork.com' }],
  ])('gives nothing when another %s was shown', async (_what, more) => {
    expect(await createCapture(sourceWith()).take({ ...shown, ...more })).toEqual({ kind: 'changed' })
  })
})
