import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createStandIn, type StandIn } from '../stand-in/stand-in.ts'
import { openChromium, type Chromium } from '../support/chromium.ts'
import { openFreshBrowser, type StorageState } from '../support/fresh-browser.ts'
import { signedInAs, signIn, signOut } from '../support/sign-in.ts'
import { until } from '../support/until.ts'

// What every other story rests on: the stand-in lets in a faithful copy of a session, and nothing less.

const feed = 'https://www.upwork.com/nx/find-work/best-matches'

describe('the stand-in for upwork.com', () => {
  let standIn: StandIn
  let chromium: Chromium
  let tab: Page

  beforeAll(async () => {
    standIn = await createStandIn()
    chromium = await openChromium({ arguments: standIn.browserArguments })
    tab = await chromium.open(feed)
  })
  afterAll(async () => {
    await chromium.close()
    await standIn.close()
  })

  test('asks a stranger to log in, and then shows who she is', async () => {
    expect(new URL(tab.url()).pathname).toBe('/ab/account-security/login')
    await signIn(tab, 'example-freelancer')
    expect(tab.url()).toBe(feed)
    expect(await signedInAs(tab)).toBe('example-freelancer')
  })

  test('lets in a fresh browser with a faithful copy', async () => {
    await signIn(tab, 'example-freelancer')
    await using fresh = await openFreshBrowser(standIn, copy(await allCookies(tab)))
    expect(fresh).toMatchObject({ signedInAs: 'example-freelancer', deviceKnown: true })
  })

  test.each(['__Host-session', 'master_access_token'])(
    'turns away a copy without the HttpOnly cookie %s',
    async (name) => {
      await signIn(tab, 'example-freelancer')
      const cookies = (await allCookies(tab)).filter((cookie) => cookie.name !== name)
      await using fresh = await openFreshBrowser(standIn, copy(cookies))
      expect(fresh.signedInAs).toBeUndefined()
    },
  )

  test('notices that the partitioned cookie is missing', async () => {
    await signIn(tab, 'example-freelancer')
    const cookies = (await allCookies(tab)).filter((cookie) => cookie.name !== '__Host-device')
    await using fresh = await openFreshBrowser(standIn, copy(cookies))
    expect(fresh).toMatchObject({ signedInAs: 'example-freelancer', deviceKnown: false })
  })

  test('turns away a copy from before the token was rotated', async () => {
    await signIn(tab, 'second-example')
    const before = copy(await allCookies(tab))
    await tab.goto('https://www.upwork.com/nx/rotate')
    const after = copy(await allCookies(tab))
    await using late = await openFreshBrowser(standIn, before)
    expect(late.signedInAs).toBeUndefined()
    await using current = await openFreshBrowser(standIn, after)
    expect(current.signedInAs).toBe('second-example')
  })

  test('leaves the account’s name behind after signing out, and lets no one in with it', async () => {
    await signIn(tab, 'second-example')
    const before = copy(await allCookies(tab))
    await signOut(tab)
    const names = (await allCookies(tab)).map((cookie) => cookie.name)
    expect(names).toContain('console_user')
    expect(names).not.toContain('master_access_token')
    await using fresh = await openFreshBrowser(standIn, before)
    expect(fresh.signedInAs).toBeUndefined()
  })

  test('can leave open whose session it is', async () => {
    await signOut(tab)
    await tab.deleteCookie({ name: 'console_user', domain: '.upwork.com' }, { name: 'user_uid', domain: '.upwork.com' })
    await signIn(tab, 'third-example', 'uncertain')
    const names = (await allCookies(tab)).map((cookie) => cookie.name)
    expect(names).toContain('master_access_token')
    expect(names).not.toContain('console_user')
  })

  test('has cookies of every kind, storage on two origins, and look-alikes beside it', async () => {
    await signIn(tab, 'example-freelancer')
    const cookies = await allCookies(tab)
    const kinds = (cookie: (typeof cookies)[number]): string =>
      [
        cookie.name,
        cookie.httpOnly ? 'HttpOnly' : 'readable',
        cookie.session ? 'session' : 'kept',
        cookie.sameSite,
      ].join(' ')
    expect(cookies.map(kinds)).toEqual(
      expect.arrayContaining([
        'master_access_token HttpOnly kept Lax',
        '__Host-session HttpOnly session Lax',
        'console_user readable kept Lax',
        'XSRF-TOKEN readable session Strict',
        'recognized readable kept None',
      ]),
    )
    expect(cookies.find((cookie) => cookie.name === '__Host-device')?.partitionKey).toBeDefined()

    expect(await tab.evaluate(() => localStorage.getItem('token_cache'))).toContain(standIn.canary)
    expect(await tab.evaluate(() => sessionStorage.getItem('tab_session'))).toContain(standIn.canary)
    await tab.goto('https://community.upwork.com/')
    expect(await tab.evaluate(() => localStorage.getItem('community_draft'))).toContain(standIn.canary)
    expect(standIn.canaries.length).toBeGreaterThan(8)

    for (const lookAlike of ['https://evil-upwork.com/', 'https://upwork.com.evil.example/']) {
      await tab.goto(lookAlike)
      expect(await tab.evaluate(() => document.cookie)).toContain(
        `master_access_token=${standIn.decoys[0]?.split('.')[0]}`,
      )
    }
  })

  test('fills an origin’s storage beyond what a session may hold', async () => {
    await tab.goto('https://community.upwork.com/nx/fill?kib=4096')
    await until('the storage is full', async () => (await tab.title()) === 'Filled')
    expect(await tab.evaluate(() => JSON.stringify(Object.entries(localStorage)).length)).toBeGreaterThan(
      4 * 1024 * 1024,
    )
  })
})

type Cookie = Awaited<ReturnType<typeof allCookies>>[number]

async function allCookies(tab: Page) {
  const devtools = await tab.createCDPSession()
  const { cookies } = await devtools.send('Network.getAllCookies')
  await devtools.detach()
  return cookies.filter((cookie) => cookie.domain.endsWith('upwork.com'))
}

function copy(cookies: readonly Cookie[]): StorageState {
  return {
    cookies: cookies.map((cookie) => ({
      name: cookie.name,
      value: cookie.value,
      domain: cookie.domain,
      path: cookie.path,
      expires: cookie.session ? -1 : cookie.expires,
      httpOnly: cookie.httpOnly,
      secure: cookie.secure,
      sameSite: cookie.sameSite ?? 'Lax',
      ...(cookie.partitionKey === undefined
        ? {}
        : {
            partitionKey: cookie.partitionKey.topLevelSite,
            _crHasCrossSiteAncestor: cookie.partitionKey.hasCrossSiteAncestor,
          }),
    })),
    origins: [],
  }
}
