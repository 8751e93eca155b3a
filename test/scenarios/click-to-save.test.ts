import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asExported, browserCookies } from '../support/browser-cookies.ts'
import { exportSession } from '../support/export.ts'
import { openFreshBrowser } from '../support/fresh-browser.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// The shortest way through the house: she clicks, and what the browser has is in the vault, all of it.

describe('clicking Save session', () => {
  let world: World
  let community: Page

  beforeAll(async () => {
    world = await openWorld()
    await world.pair()
    await world.signIn('example-freelancer')
    community = await world.chromium.browser.newPage()
    await community.goto('https://community.upwork.com/')
  })
  afterAll(() => world.close())

  const save = async (name?: string): Promise<string> => {
    await using popup = await world.extension.openPopup(world.tab)
    if (name !== undefined) await popup.fill('Name this account', name)
    await popup.press('Save session')
    return await popup.says('status', 'Saved:')
  }

  test('the first save gives a receipt with the account’s new name, and says what it holds', async () => {
    const receipt = await save('Design work')
    expect(receipt).toContain('Saved: Design work, version 1.')
    const cookies = await browserCookies(world.tab)
    expect(cookies.length).toBeGreaterThan(8)
    expect(receipt).toContain(`${cookies.length} cookies, 5 storage keys of 2 origins.`)
    expect(receipt).toMatch(/It expires in 1[34] days\./)
    expect(receipt).not.toContain(world.standIn.canary)
  })

  test('the popup then knows the account by that name, and asks for none', async () => {
    await using popup = await world.extension.openPopup(world.tab)
    await until('the popup says how old it is', async () => (await popup.text()).includes('Saved just now, version 1.'))
    expect(await until('it is on the page', () => popup.find('heading', 'Design work'))).toBeDefined()
    expect(await popup.find('textbox', 'Name this account')).toBeUndefined()
  })

  test('every cookie of the domain is saved with all its attributes, exactly as the browser has it', async () => {
    await save()
    const expected = (await browserCookies(world.tab)).map(asExported)
    const { state, account } = await exportSession(world)
    expect(account).toBe('example-freelancer')
    expect(byKey(state.cookies)).toEqual(byKey(expected))

    const named = (name: string) => state.cookies.find((cookie) => cookie.name === name)
    expect(named('master_access_token')).toMatchObject({ httpOnly: true, domain: '.upwork.com' })
    expect(named('__Host-session')).toMatchObject({ httpOnly: true, domain: 'www.upwork.com', expires: -1 })
    expect(named('community_session')).toMatchObject({ httpOnly: true, domain: 'community.upwork.com' })
    expect(named('__Host-device')).toMatchObject({ partitionKey: 'https://upwork.com' })
    expect(named('job_filter')).toMatchObject({ path: '/nx' })
    expect(new Set(state.cookies.map(({ sameSite }) => sameSite))).toEqual(new Set(['Lax', 'None', 'Strict']))
  })

  test('the storage of each open origin is saved: localStorage as it is, sessionStorage counted', async () => {
    const { state, notes } = await exportSession(world)
    for (const tab of [world.tab, community]) {
      const local = await tab.evaluate(() =>
        Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? '').map((name) => ({
          name,
          value: localStorage.getItem(name) ?? '',
        })),
      )
      const saved = state.origins.find(({ origin }) => origin === new URL(tab.url()).origin)
      expect(local.length).toBeGreaterThan(0)
      expect(byName(saved?.localStorage ?? [])).toEqual(byName(local))
    }
    expect(state.origins).toHaveLength(2)
    const inSession = await world.tab.evaluate(() => sessionStorage.length)
    expect(notes.join('\n')).toContain(`no sessionStorage: ${inSession} keys of it`)
  })

  test('what the browser says of itself is saved, too: user agent, language, time zone', async () => {
    const { notes } = await exportSession(world)
    const here = await world.tab.evaluate(() => ({
      userAgent: navigator.userAgent,
      locale: navigator.language,
      timezoneId: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    }))
    expect(notes.join('\n')).toContain(JSON.stringify(here))
  })

  test('a browser that was never there arrives signed in as the same account, on a known device', async () => {
    const { state } = await exportSession(world)
    await using fresh = await openFreshBrowser(world.standIn, state)
    expect(fresh).toMatchObject({ signedInAs: 'example-freelancer', deviceKnown: true })
  })

  test('each save is a version of its own, and ten of them are kept', async () => {
    await using popup = await world.extension.openPopup(world.tab)
    for (let version = 3; version <= 11; version++) {
      await popup.press('Save session')
      expect(await popup.says('status', `version ${version}.`)).toContain('Saved: Design work')
    }
    const { stdout } = await world.companion.run(['status'])
    expect(stdout).toContain('Design work (example-freelancer), saved just now, version 11 (10 kept)')
  })
})

type Keyed = { name: string; domain: string; path: string }

function byKey<T extends Keyed>(cookies: readonly T[]): T[] {
  const key = ({ name, domain, path }: Keyed): string => `${name} ${domain} ${path}`
  return cookies.toSorted((a, b) => key(a).localeCompare(key(b)))
}

function byName<T extends { name: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((a, b) => a.name.localeCompare(b.name))
}
