import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openAnotherBrowser, type AnotherBrowser } from '../support/another-browser.ts'
import { beginPairing, pairedBrowsers } from '../support/pairing.ts'
import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Once a browser is paired, a further one needs its yes; the way around it erases all that there was to get.

const status = z.object({ sessions: z.int(), agents: z.int() })
const row = z.object({ kind: z.string(), code: z.string().nullable() })

describe('a further browser', () => {
  let world: World
  let other: AnotherBrowser
  let first: string
  beforeAll(async () => {
    ;[world, other] = await Promise.all([openWorld(), openAnotherBrowser()])
    first = (await world.pair()).fingerprint
  })
  afterAll(() => Promise.all([world.close(), other.close()]))

  /** Pastes the code into the other browser, which is then held. */
  const held = async (code: string): Promise<{ popup: Surface; fingerprint: string }> => {
    const popup = await other.extension.openPopup(other.tab)
    await popup.fill('Pairing code', code)
    await popup.press('Pair')
    const said = await popup.says('status', 'Almost paired.')
    return { popup, fingerprint: /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(said)?.[0] ?? '' }
  }

  test('is held, and may do nothing, while the first one shows its label and fingerprint', async () => {
    const { companion, extension } = world
    await using pairing = await beginPairing(companion)
    const { popup, fingerprint } = await held(pairing.code)
    await using theirs = popup
    expect(await theirs.text()).toContain('Approve this one there')
    expect(await theirs.find('button', 'Save session')).toBeUndefined()
    expect(await theirs.find('button', 'Pause all agents')).toBeUndefined()

    await using prompt = await extension.prompt()
    const { name, text } = await prompt.question('Terminal', 'pair browser')
    expect(name).toContain('Terminal')
    expect(text).toContain(fingerprint)
    expect(text).toContain('Chromium on Linux')
    expect(text.slice(text.indexOf('Paired already'))).toContain(first)
    expect(await pairedBrowsers(companion)).toMatchObject([{ fingerprint: first }])

    // A no: its pin goes, and both are told.
    await prompt.press('Deny')
    const refused = await pairing.refused()
    expect(refused).toMatchObject({ exit: 1, code: 'pairing_refused' })
    expect(refused.line).toContain('countersign pair --reset')
    await until('it is told', async () => (await theirs.text()).includes('The pairing was denied in a paired browser.'))
    expect(await until('it is on the page', () => theirs.find('textbox', 'Pairing code'))).toBeDefined()
    expect(await pairedBrowsers(companion)).toMatchObject([{ fingerprint: first, connected: true }])
  })

  test('that gives up waiting takes the question along', async () => {
    await using pairing = await beginPairing(world.companion)
    const { popup } = await held(pairing.code)
    await using theirs = popup
    await using prompt = await world.extension.prompt()
    await prompt.question('Terminal', 'pair browser')
    pairing.command.signal('SIGINT')
    await until('the question is gone', async () => (await prompt.find('article')) === undefined, { seconds: 2 })
    await until('it is held no more', () => theirs.find('textbox', 'Pairing code'))
    expect(await pairedBrowsers(world.companion)).toHaveLength(1)
  })

  test('is paired by a yes, and then both count; `pair remove` cuts it within a second', async () => {
    const { companion } = world
    await using pairing = await beginPairing(companion)
    const { popup, fingerprint } = await held(pairing.code)
    await using theirs = popup
    await using prompt = await world.approve('Terminal', 'pair browser')
    expect(await pairing.paired()).toMatchObject({ fingerprint })
    await prompt.says('status', 'Paired: Chromium on Linux.')
    await until('it is at home', () => theirs.find('button', 'Pause all agents'))
    await until('both are connected', async () => {
      const all = await pairedBrowsers(companion)
      return all.length === 2 && all.every(({ connected }) => connected)
    })
    expect((await pairedBrowsers(companion)).map((browser) => browser.fingerprint)).toEqual([first, fingerprint])

    const removed = await companion.run(['pair', 'remove', fingerprint.toLowerCase(), '--json'])
    expect(JSON.parse(removed.stdout)).toEqual({ removed: 'Chromium on Linux', reset: false })
    await until('it is cut', () => theirs.find('textbox', 'Pairing code'), { seconds: 1 })
    expect(await pairedBrowsers(companion)).toMatchObject([{ fingerprint: first, connected: true }])
    expect(JSON.parse((await companion.run(['pair', 'remove', fingerprint, '--json'])).stdout)).toMatchObject({
      error: { code: 'no_such_browser' },
    })
  })

  test('can be unpaired from the popup of either', async () => {
    const { companion } = world
    await using pairing = await beginPairing(companion)
    const { popup, fingerprint } = await held(pairing.code)
    await using theirs = popup
    await using mine = await world.approve('Terminal', 'pair browser')
    await pairing.paired()
    await until('it is at home', () => theirs.find('button', 'Pause all agents'))
    await unpair(mine, fingerprint, 'Unpair it')
    await until('it is cut', () => theirs.find('textbox', 'Pairing code'), { seconds: 2 })
    expect(await pairedBrowsers(companion)).toMatchObject([{ fingerprint: first, connected: true }])
  })

  test('is refused at once while no paired browser is connected', async () => {
    const { companion } = world
    await world.chromium.close()
    await until('the first has gone', async () =>
      (await pairedBrowsers(companion)).every(({ connected }) => !connected),
    )
    await using pairing = await beginPairing(companion)
    await using theirs = await other.extension.openPopup(other.tab)
    await theirs.fill('Pairing code', pairing.code)
    await theirs.press('Pair')
    const refused = await pairing.refused()
    expect(refused).toMatchObject({ exit: 1, code: 'pairing_refused' })
    expect(refused.line).toContain('countersign pair --reset')
    await until('it is told', async () => (await theirs.text()).includes('No paired browser is connected'))
    expect(await pairedBrowsers(companion)).toMatchObject([{ fingerprint: first, connected: false }])
  })
})

describe('a reset', () => {
  test('comes with unpairing the last browser: sessions and agents go, too', async () => {
    await using world = await openWorld()
    const { companion, extension } = world
    await world.signIn('example-freelancer')
    const { fingerprint } = await world.pair()
    const agent = await world.addAgent('Story agent')
    await save(world)
    expect(await counts(world)).toEqual({ sessions: 1, agents: 1 })

    await using popup = await extension.openPopup(world.tab)
    await unpair(popup, fingerprint, 'Unpair and erase')
    await until('it is unpaired', () => popup.find('textbox', 'Pairing code'), { seconds: 2 })
    expect(await counts(world)).toEqual({ sessions: 0, agents: 0 })
    await expect(agent.call('session_status')).resolves.toMatchObject({ isError: true })
    expect((await kinds(world)).slice(0, 3)).toEqual(['reset', 'revoked', 'unpaired'])
    expect(await pairedBrowsers(companion)).toEqual([])
  })

  test('by `pair --reset` destroys sessions and agents, cuts the browser, and shows at the next pairing', async () => {
    await using world = await openWorld()
    const { companion, extension } = world
    await world.signIn('example-freelancer')
    await world.pair()
    await world.addAgent('Story agent')
    await save(world)

    await using command = companion.begin(['pair', '--reset'])
    const [code = ''] = await until('it shows a code', () => /\b\d+\.[\w-]{43}$/m.exec(command.stdout()))
    expect(command.stdout()).toContain('Erased: all saved sessions, agents, accepted policies and paired browsers.')
    expect(command.stdout()).toContain('No browser is paired yet. All was erased by a reset, just now.')
    expect(await counts(world)).toEqual({ sessions: 0, agents: 0 })
    expect(await kinds(world)).toContain('reset')
    await using popup = await extension.openPopup(world.tab)
    await until('the browser is unpaired', () => popup.find('textbox', 'Pairing code'))

    await popup.fill('Pairing code', code)
    await popup.press('Pair')
    expect(await popup.says('status', 'Paired.')).toContain('erased by a reset, just now')
    expect(await command.ended).toMatchObject({ code: 0 })

    await using other = await openAnotherBrowser()
    await using further = companion.begin(['pair'])
    const [next = ''] = await until('it shows a code', () => /\b\d+\.[\w-]{43}$/m.exec(further.stdout()))
    expect(further.stdout()).toMatch(
      /^Paired already: Chromium on Linux \(.{9}\)\. All was erased by a reset, just now\./,
    )
    await using theirs = await other.extension.openPopup(other.tab)
    await theirs.fill('Pairing code', next)
    await theirs.press('Pair')
    expect((await popup.question('Terminal', 'pair browser')).text).toMatch(/Last reset.*just now/)
  })
})

async function save(world: World): Promise<void> {
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('Save session')
  await popup.says('status', 'Saved')
}

async function unpair(popup: Surface, fingerprint: string, confirm: string): Promise<void> {
  await popup.page.locator('::-p-text(This browser)').click()
  const row = popup.page.locator(`li:has(#browser-${fingerprint}) button`)
  await row.click()
  await popup.press(confirm)
}

async function counts({ companion }: World): Promise<z.output<typeof status>> {
  return status.parse(JSON.parse((await companion.run(['status', '--json'])).stdout))
}

/** Of the ledger's rows, newest first. */
async function kinds({ companion }: World): Promise<string[]> {
  const { stdout } = await companion.run(['ledger', 'list', '--json'])
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => row.parse(JSON.parse(line)).kind)
  return rows.toReversed()
}
