import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openAnotherBrowser } from '../support/another-browser.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { freePort } from '../support/free-port.ts'
import { beginPairing, pairedBrowsers } from '../support/pairing.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type WireBrowser } from '../support/wire-browser.ts'
import { openWorld, type World } from '../support/world.ts'

// Browser and companion get to know each other once: by a code that comes by link or by hand, and one press on "Pair".

const jumpingClock = new URL('../support/jumping-clock.mjs', import.meta.url).href
const secretOf = (code: string): string => code.slice(code.indexOf('.') + 1)

describe('by link', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  test('only the page of the very port that the code names can hand it on', async () => {
    const { companion, chromium, extension, tab } = world
    await using pairing = await beginPairing(companion)
    const elsewhere = await freePort()

    // The companion's own page with a code of another port.
    const page = await chromium.open(`http://127.0.0.1:${companion.port}/pair#${elsewhere}.${secretOf(pairing.code)}`)
    await until('the page has tried', async () => (await stateOf(page)) !== undefined)
    expect(await stateOf(page)).toBe('ignored')

    // Any other program's page on this machine, with the right code.
    const stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Hello'))
    await once(stranger.listen(elsewhere, '127.0.0.1'), 'listening')
    try {
      const theirs = await chromium.browser.newPage()
      await theirs.goto(`http://127.0.0.1:${elsewhere}/pair`)
      for (const code of [pairing.code, `${elsewhere}.${secretOf(pairing.code)}x`, '']) {
        expect(await handOver(theirs, extension.id, code)).toEqual({ kind: 'ignored' })
      }
    } finally {
      stranger.close()
    }

    expect(extension.surfaces()).toBe(0)
    await using popup = await extension.openPopup(tab)
    expect(await codeIn(popup.page)).toBe('')
  })

  test('the page hands the code on and no more: the popup comes with it filled in, and the button is there', async () => {
    const { companion, chromium, extension } = world
    await using pairing = await beginPairing(companion)
    const page = await chromium.open(pairing.url)
    await using popup = await extension.popup()
    await until('the page says where to press', async () => (await textOf(page)).includes('Press Pair there.'))
    expect(new URL(page.url()).hash).toBe('')
    expect(await page.$('button, input, a')).toBeNull()

    await until('the code is filled in', async () => (await codeIn(popup.page)) === pairing.code)
    expect(await popup.text()).toContain('If it was you who opened it, press Pair.')
    expect(await pairedBrowsers(companion)).toEqual([])

    await popup.press('Pair')
    const { fingerprint, browser } = await pairing.paired()
    expect(await popup.says('status', fingerprint)).toContain('Paired.')
    expect(await pairedBrowsers(companion)).toMatchObject([{ label: browser, fingerprint, connected: true }])
  })

  test('a paired extension takes no link, and the page says so', async () => {
    const { companion, chromium, extension, tab } = world
    await using pairing = await beginPairing(companion)
    await until('no popup is open', () => extension.surfaces() === 0)
    const page = await chromium.open(pairing.url)
    await until('the page has tried', async () => (await stateOf(page)) !== undefined)
    expect(await stateOf(page)).toBe('ignored')
    expect(await textOf(page)).toContain('paired already')
    expect(extension.surfaces()).toBe(0)
    await using popup = await extension.openPopup(tab)
    await until('the popup is at home', () => popup.find('button', 'Pause all agents'))
    expect(await popup.find('textbox', 'Pairing code')).toBeUndefined()
  })
})

describe('by hand', () => {
  let world: World
  let pid: number
  beforeAll(async () => {
    world = await openWorld({ env: { NODE_OPTIONS: `--import=${jumpingClock}` }, start: false })
    ;({ pid } = await world.companion.start())
  })
  afterAll(() => world.close())

  /** Pastes a code into a fresh popup and presses "Pair"; gives the alert. */
  const refusalOf = async (code: string, part: string): Promise<string> => {
    await using popup = await world.extension.openPopup(world.tab)
    await popup.fill('Pairing code', code)
    await popup.press('Pair')
    const said = await popup.says('alert', part)
    expect(await until('it is on the page', () => popup.find('textbox', 'Pairing code'))).toBeDefined()
    return said
  }

  test('what is no code: says so, and where a whole one comes from', async () => {
    await using pairing = await beginPairing(world.companion)
    const cut = pairing.code.slice(0, -1)
    for (const text of ['', 'hello', secretOf(pairing.code), cut, `${cut}!`, `99999.${secretOf(pairing.code)}`]) {
      expect(await refusalOf(text, 'That is not a pairing code.')).toContain('countersign pair')
    }
  })

  test('a code of a companion that does not run: says so', async () => {
    const code = `${await freePort()}.${'A'.repeat(43)}`
    expect(await refusalOf(code, 'No companion is running.')).toContain('countersign start')
  })

  test('a second `pair` replaces the first: its code is no longer the open one, and its terminal is told', async () => {
    await using first = await beginPairing(world.companion)
    await using second = await beginPairing(world.companion)
    expect(await first.refused()).toMatchObject({ exit: 1, code: 'pairing_replaced' })
    expect(await refusalOf(first.code, 'This code is not the one that is open.')).toContain('countersign pair')
    expect(second.code).not.toBe(first.code)
  })

  test('a code that Ctrl-C took back opens nothing', async () => {
    await using pairing = await beginPairing(world.companion)
    pairing.command.signal('SIGINT')
    expect(await pairing.command.ended).toMatchObject({ code: 1 })
    expect(await refusalOf(pairing.code, 'taken back')).toContain('countersign pair')
  })

  test('a code older than two minutes: says so, and its terminal is told', async () => {
    await using pairing = await beginPairing(world.companion)
    process.kill(pid, 'SIGUSR2')
    expect(await refusalOf(pairing.code, 'older than two minutes')).toContain('countersign pair')
    const told = await pairing.refused()
    expect(told).toMatchObject({ exit: 1, code: 'code_expired' })
    expect(told.line).toContain('countersign pair')
    expect(await pairedBrowsers(world.companion)).toEqual([])
  })

  test('a wrong code does not use up the right one, both ends show the same, and a used one says so', async () => {
    const { companion, extension, tab } = world
    await using pairing = await beginPairing(companion)
    const wrong = `${companion.port}.${'A'.repeat(43)}`
    expect(await refusalOf(wrong, 'This code is not the one that is open.')).toContain('countersign pair')

    await using popup = await extension.openPopup(tab)
    await popup.fill('Pairing code', `  ${pairing.code} `)
    await popup.press('Pair')
    const { fingerprint } = await pairing.paired()
    expect(await popup.says('status', fingerprint)).toContain('your terminal shows the same')
    expect(await pairing.command.ended).toMatchObject({ code: 0 })
    await popup.close()

    expect(await companion.run(['pair', 'remove', fingerprint])).toMatchObject({ code: 0 })
    expect(await refusalOf(pairing.code, 'This code has been used.')).toContain('countersign pair')
    expect(await pairedBrowsers(companion)).toEqual([])
  })
})

const textOf = (page: Page): Promise<string> => page.evaluate(() => document.body.innerText)

describe('raced', () => {
  test('a code that two browsers prove pairs neither, and both are told', async () => {
    await using world = await openWorld()
    await using other = await openAnotherBrowser()
    const { companion } = world
    await using pairing = await beginPairing(companion)
    await using hers = await world.extension.openPopup(world.tab)
    await using theirs = await other.extension.openPopup(other.tab)
    await Promise.all([hers, theirs].map((popup) => popup.fill('Pairing code', pairing.code)))
    await Promise.all([hers, theirs].map((popup) => popup.press('Pair')))

    // Whoever came first is told that there was another, and who came second that the code is used.
    const told = /Two browsers used this code, so neither is paired|This code has been used/
    for (const popup of [hers, theirs]) {
      await until('the popup tells of it', async () => told.test(await popup.text()))
      expect(await popup.text()).toContain('countersign pair')
      await until('there is a field for a new code', () => popup.find('textbox', 'Pairing code'))
    }
    const texts = await Promise.all([hers.text(), theirs.text()])
    expect(texts.filter((text) => text.includes('neither is paired'))).not.toEqual([])
    expect(texts.join()).not.toContain('Check that your terminal shows the same')
    expect(await pairedBrowsers(companion)).toEqual([])
    // The terminal has said either "paired", before the second proof came, or why not.
    expect((await pairing.command.ended).code).toBeTypeOf('number')
    expect(await ledgerCodes(companion)).toContain('code_raced')
  })

  test('a code that twenty prove at once pairs none of them, and nothing that comes later', async () => {
    await using companion = await createCompanion()
    await companion.start()
    await using pairing = await beginPairing(companion)
    const crowd = await Promise.all(Array.from({ length: 20 }, (_, index) => createWireBrowser(`Browser ${index}`)))
    const pinned: WireBrowser[] = []
    const proof = async (browser: WireBrowser): Promise<void> => {
      const line = await browser.pair(pairing.code)
      pinned.push(browser)
      await line.hello()
    }
    await Promise.allSettled(crowd.map(proof))
    expect(pinned.length).toBeLessThanOrEqual(1)
    expect(await pairedBrowsers(companion)).toEqual([])
    for (const browser of pinned) await expect(browser.connect(companion.port)).rejects.toThrow('closed')
    const late = await createWireBrowser('Late')
    await expect(late.pair(pairing.code)).rejects.toThrow('closed')
    expect(await ledgerCodes(companion)).toContain('code_raced')
  })
})

const stateOf = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.documentElement.dataset['state'])

async function codeIn(popup: Page): Promise<string> {
  const field = await popup.waitForSelector('::-p-aria([name="Pairing code"][role="textbox"])')
  return String(await field?.evaluate<[], (element: Element) => unknown>((element) => Reflect.get(element, 'value')))
}

/** The codes in the ledger, oldest first. */
async function ledgerCodes(companion: Companion): Promise<(string | null)[]> {
  const { stdout } = await companion.run(['ledger', 'list', '--json'])
  const row = z.object({ code: z.string().nullable() })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => row.parse(JSON.parse(line)).code)
}

/** What the companion's own page does. */
const handOver = (page: Page, extension: string, code: string): Promise<unknown> => {
  const [to, message] = [extension, { kind: 'pairing-code', code }].map((part) => JSON.stringify(part))
  return page.evaluate(`new Promise((resolve) => chrome.runtime.sendMessage(${to}, ${message}, resolve))`)
}
