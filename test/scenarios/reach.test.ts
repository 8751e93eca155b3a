import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import { asExported, browserCookies } from '../support/browser-cookies.ts'
import { exportSession } from '../support/export.ts'
import { signedInAs, signIn } from '../support/sign-in.ts'
import { discardTab } from '../support/sleeping-tab.ts'
import { until, within } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// A capture takes Upwork's session of one tab, and reaches for nothing that lies beside it.

const feed = 'https://www.upwork.com/nx/find-work/best-matches'
const community = 'https://community.upwork.com/'
const decoys = ['https://evil-upwork.com/', 'https://upwork.com.evil.example/']

describe('a capture', () => {
  let world: World
  let agent: Agent
  /** What she is looking at: a page that only looks like Upwork's. */
  let decoy: Page

  beforeAll(async () => {
    world = await openWorld()
    await world.pair()
    await world.signIn('example-freelancer')
    agent = await world.addAgent('Story agent')
    for (const address of decoys) decoy = await open(address)
  })
  afterAll(() => world.close())

  const open = async (address: string): Promise<Page> => {
    const page = await world.chromium.browser.newPage()
    await page.goto(address)
    return page
  }

  const save = async (over: Page): Promise<string> => {
    await using popup = await world.extension.openPopup(over)
    await popup.press('Save session')
    return await popup.says('status', 'Saved:')
  }

  /** All that the prompt of an agent's call says; the call is then taken back. */
  const asked = async (): Promise<string> => {
    const takeBack = new AbortController()
    const call = agent.call('save_session', {}, { signal: takeBack.signal })
    await using prompt = await world.extension.prompt()
    const { text } = await prompt.question('Story agent', 'save_session')
    takeBack.abort()
    await expect(call).rejects.toThrow(/aborted/i)
    return text
  }

  test('has nothing of look-alike domains, though they lie open and use the same names', async () => {
    await save(decoy)
    const { text, state } = await exportSession(world)
    expect(world.standIn.decoys.length).toBeGreaterThan(8)
    expect(world.standIn.decoys.filter((value) => text.includes(value))).toEqual([])
    expect(state.cookies.filter(({ domain }) => !/^(\.|www\.)upwork\.com$/.test(domain))).toEqual([])
    expect(state.origins.map(({ origin }) => origin)).toEqual(['https://www.upwork.com'])
  })

  test('has nothing of an incognito window, whoever is signed in there', async () => {
    const incognito = await world.chromium.browser.createBrowserContext()
    const hidden = await incognito.newPage()
    await signIn(hidden, 'second-example')
    expect(await signedInAs(hidden)).toBe('second-example')

    expect(await save(world.tab)).toContain('Saved: example-freelancer')
    const { text } = await exportSession(world)
    const inTab = await hidden.evaluate(() => sessionStorage.getItem('tab_session') ?? '')
    const values = [inTab, ...(await browserCookies(hidden)).map(({ value }) => value)]
    expect(values.length).toBeGreaterThan(8)
    expect(values.filter((value) => text.includes(value))).toEqual([])
    await incognito.close()
  })

  test('has nothing of a page that came without encryption, even from the site’s own domain', async () => {
    const plain = await world.chromium.browser.newPage()
    await plain.setRequestInterception(true)
    plain.on('request', (request) => {
      const unencrypted = request.url().startsWith('http://')
      void (unencrypted ? request.respond({ contentType: 'text/html', body: 'Plain' }) : request.abort())
    })
    await plain.goto('http://plain.upwork.com/')
    expect(new URL(plain.url()).protocol).toBe('http:')
    await plain.evaluate(() => localStorage.setItem('plain', 'of-the-plain-page'))

    await save(plain)
    const { text, state } = await exportSession(world)
    expect(text).not.toContain('of-the-plain-page')
    expect(state.origins.map(({ origin }) => origin)).toEqual(['https://www.upwork.com'])
    await plain.close()
  })

  test('is of the Upwork tab before her, else of the one that she used last', async () => {
    const other = await open(community)
    expect(await asked()).toContain('Fromcommunity.upwork.com/')
    await decoy.bringToFront()
    expect(await asked()).toContain('Fromcommunity.upwork.com/')
    await world.tab.bringToFront()
    expect(await asked()).toContain('Fromwww.upwork.com/nx/find-work/best-matches')
    await decoy.bringToFront()
    expect(await asked()).toContain('Fromwww.upwork.com/nx/find-work/best-matches')
    await other.close()
  })

  test('takes 3 MiB of storage over two origins, with whatever a page may write there, and an export gives it back byte for byte', async () => {
    const pages = [await open(`${community}nx/fill?kib=1536`), await open('https://help.upwork.com/nx/fill?kib=1536')]
    for (const page of pages) {
      await until('its storage is full', async () => (await page.title()) === 'Filled')
      await page.evaluate(keepOddities)
    }
    expect(await save(world.tab)).not.toContain('Left out')
    const { state } = await exportSession(world)
    for (const page of pages) {
      const saved = state.origins.find(({ origin }) => origin === new URL(page.url()).origin)
      expect(saved?.localStorage.length).toBeGreaterThan(96)
      expect(byName(saved?.localStorage ?? [])).toEqual(byName(await page.evaluate(localEntries)))
    }
    await Promise.all(pages.map((page) => page.close()))
  })

  test('leaves out storage that is too large, the largest origin first, and names it; cookies it takes always', async () => {
    const [large, small] = [
      await open(`${community}nx/fill?kib=3072`),
      await open('https://help.upwork.com/nx/fill?kib=1024'),
    ]
    for (const page of [large, small]) await until('its storage is full', async () => (await page.title()) === 'Filled')

    const receipt = await save(world.tab)
    expect(receipt).toMatch(/Left out: https:\/\/community\.upwork\.com \(too large, 3\.\d MB\)\./)
    const { state, notes } = await exportSession(world)
    expect(state.origins.map(({ origin }) => origin).toSorted()).toEqual([
      'https://help.upwork.com',
      'https://www.upwork.com',
    ])
    expect(notes.join('\n')).toContain('The storage of https://community.upwork.com was too large')
    const names = (cookies: readonly { domain: string; name: string }[]): string[] =>
      cookies.map(({ domain, name }) => `${domain} ${name}`).toSorted()
    expect(names(state.cookies)).toEqual(names((await browserCookies(world.tab)).map(asExported)))
    expect(state.cookies.map(({ domain }) => domain)).toContain('community.upwork.com')
    await Promise.all([large.close(), small.close()])
  })

  test('waits for no tab that hangs: its storage is left out, and named; cookies it takes always', async () => {
    const hanging = await open(community)
    await hanging.evaluate(() => {
      setTimeout(() => {
        for (const end = Date.now() + 8_000; Date.now() < end;);
      })
    })
    const receipt = await save(world.tab)
    expect(receipt).toContain('Left out: https://community.upwork.com (its tab did not answer).')
    expect((await exportSession(world)).state.cookies.map(({ domain }) => domain)).toContain('community.upwork.com')
    await hanging.close()
  })

  test('lets a tab sleep that Chrome has discarded', async () => {
    await open(community)
    await world.tab.bringToFront()
    await using sleeping = await discardTab(world.extension, `${community}*`)
    const visits = world.standIn.requests.length

    await save(world.tab)
    const { state } = await exportSession(world)
    expect(state.origins.map(({ origin }) => origin)).toEqual(['https://www.upwork.com'])
    expect(world.standIn.requests.length).toBe(visits)
    expect(await sleeping.isAsleep()).toBe(true)
  })

  test('has nothing to be of when no Upwork tab is open: the popup says so, and opens one', async () => {
    await world.tab.goto('about:blank')
    await using popup = await world.extension.openPopup(decoy)
    await until('the popup says so', async () => (await popup.text()).includes('No Upwork tab is open'))
    expect(await popup.find('button', 'Save session')).toBeUndefined()
    const opened = world.chromium.browser.waitForTarget((target) => target.url() === feed)
    // The popup goes when the tab opens, maybe before the press has come to its end.
    void popup.press('Open Upwork').catch(() => undefined)
    expect((await within(10, 'Upwork’s tab', opened)).url()).toBe(feed)
  })
})

/** Runs in the page: keys and values with whatever a string may hold, half of a pair included. */
function keepOddities(): void {
  for (const odd of [
    'line\nafter line\r\n',
    'nul \u0000 within',
    '😀 "quotes" \\ </script> \u2028',
    'half \ud83d',
    '',
  ]) {
    localStorage.setItem(`odd ${odd}`, odd)
    localStorage.setItem(`long ${odd}`, odd.repeat(500))
  }
}

/** Runs in the page. */
function localEntries(): { name: string; value: string }[] {
  return Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? '').map((name) => ({
    name,
    value: localStorage.getItem(name) ?? '',
  }))
}

function byName(entries: readonly { name: string; value: string }[]): { name: string; value: string }[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
