import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import { openAnotherBrowser, type AnotherBrowser } from '../support/another-browser.ts'
import { ledgerRows } from '../support/ledger.ts'
import { answerTo, askWorker, openPrompts } from '../support/page-messages.ts'
import { beginPairing } from '../support/pairing.ts'
import { signIn } from '../support/sign-in.ts'
import { statusOf } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// One companion, two browsers, several agents: a question stands in both, and the first answer is the only one.

describe('with two paired browsers, signed in as two accounts', () => {
  let world: World
  let other: AnotherBrowser
  let scout: Agent
  let invoices: Agent
  let fingerprint: string
  beforeAll(async () => {
    world = await openWorld()
    other = await openAnotherBrowser({ arguments: world.standIn.browserArguments })
    await world.signIn('example-freelancer')
    await signIn(other.tab, 'second-example')
    await world.pair()
    scout = await world.addAgent('Job scout')
    invoices = await world.addAgent('Invoices')
    fingerprint = await pairOther()
  })
  afterAll(async () => {
    await other.close()
    await world.close()
  })
  beforeEach(() => until('no surface is open', () => world.extension.surfaces() + other.extension.surfaces() === 0))

  const pairOther = async (): Promise<string> => {
    await using pairing = await beginPairing(world.companion)
    await using theirs = await other.extension.openPopup(other.tab)
    await theirs.fill('Pairing code', pairing.code)
    await theirs.press('Pair')
    await using prompt = await world.approve('Terminal', 'pair browser')
    await prompt.says('status', 'Paired')
    return (await pairing.paired()).fingerprint
  }
  /** The question of this agent, in the first browser and in the other. */
  const shown = async (label: string): Promise<readonly [here: Surface, there: Surface]> => {
    const surfaces = await Promise.all([world.extension.prompt(), other.extension.prompt()])
    await Promise.all(surfaces.map((surface) => surface.question(label, 'save_session')))
    return surfaces
  }
  /** Finds the button once it is armed; gives the press alone, which takes no more time to find anything. */
  const aimAtApprove = async (surface: Surface): Promise<() => Promise<void>> => {
    await until('Approve is armed', () => surface.isEnabled('Approve'))
    const button = await surface.find('button', 'Approve')
    if (button === undefined) throw new Error('There is no Approve.')
    const { x, y } = await button.clickablePoint()
    return () => surface.page.mouse.click(x, y)
  }
  const isGone = (surface: Surface) =>
    until('the question is gone', async () => (await surface.find('article')) === undefined, { seconds: 1 })
  const saves = async (): Promise<number> =>
    (await ledgerRows(world.companion)).filter(({ kind }) => kind === 'session_saved').length

  test('each shows what it would save itself; the first answer settles it, and a late one is refused', async () => {
    const call = scout.call('save_session')
    const [first, second] = await shown('Job scout')
    await using here = first
    await using there = second
    expect((await here.question('Job scout')).text).toContain('Accountexample-freelancer')
    expect((await there.question('Job scout')).text).toContain('Accountsecond-example')
    const [open] = await openPrompts(here.page)
    if (open === undefined) throw new Error('There is no question.')
    const late = await answerTo(open)

    await there.press('Approve')
    await isGone(here)
    await here.says('status', 'of second-example')
    expect((await call).structuredContent).toMatchObject({ saved: true, account: 'second-example', version: 1 })
    expect(await askWorker(here.page, late)).toMatchObject({ kind: 'refused', code: 'approval_stale' })
    expect(await saves()).toBe(1)
  })

  test('a no in one is a no in both', async () => {
    const call = scout.call('save_session')
    const [first, second] = await shown('Job scout')
    await using here = first
    await using there = second
    await here.press('Deny')
    await there.says('status', 'Denied')
    await isGone(there)
    expect((await call).structuredContent?.code).toBe('approval_denied')
    expect(await saves()).toBe(1)
  })

  test('of two yeses at the same moment one counts', async () => {
    const call = scout.call('save_session')
    const [first, second] = await shown('Job scout')
    await using here = first
    await using there = second
    const presses = await Promise.all([here, there].map(aimAtApprove))
    await Promise.all(presses.map((press) => press()))
    expect((await call).structuredContent).toMatchObject({ saved: true })
    await Promise.all([here, there].map(isGone))
    expect(await statusOf(world.companion)).toMatchObject({ pending: 0 })
    expect(await saves()).toBe(2)
  })

  test('the questions of two agents come one at a time in each, and may be answered in either', async () => {
    const older = scout.call('save_session')
    const [first, second] = await shown('Job scout')
    await using here = first
    await using there = second
    const newer = invoices.call('save_session')
    for (const surface of [here, there]) {
      await until('the other is counted', async () => (await surface.text()).includes('1 more waiting'))
    }
    await here.press('Approve')
    expect((await older).structuredContent).toMatchObject({ saved: true, account: 'example-freelancer' })
    await here.question('Invoices')
    await there.question('Invoices')
    await there.press('Deny')
    expect((await newer).structuredContent?.code).toBe('approval_denied')
    await isGone(here)
    expect(await saves()).toBe(3)
  })

  test('one that is unpaired in the middle is cut within a second; the question stands on in the first', async () => {
    const call = scout.call('save_session')
    const [first, second] = await shown('Job scout')
    await using here = first
    await using there = second
    const [open] = await openPrompts(there.page)
    if (open === undefined) throw new Error('There is no question.')
    const late = await answerTo(open)

    expect(await world.companion.run(['pair', 'remove', fingerprint])).toMatchObject({ code: 0 })
    await until('it is cut', () => there.find('textbox', 'Pairing code'), { seconds: 1 })
    expect(await there.find('article')).toBeUndefined()
    expect((await askWorker(there.page, late)).kind).toBe('refused')
    expect((await statusOf(world.companion)).browsers).toMatchObject([{ connected: true }])

    await here.press('Approve')
    expect((await call).structuredContent).toMatchObject({ saved: true, account: 'example-freelancer' })
    expect(await saves()).toBe(4)
  })
})
