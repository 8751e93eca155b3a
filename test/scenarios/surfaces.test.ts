import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agent, Answer } from '../support/agent.ts'
import { openPrompts } from '../support/page-messages.ts'
import type { Surface } from '../support/surface.ts'
import { unmuteAll } from '../support/unmute.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// A question has to reach her wherever she is, once, and stay until it is answered or its time is up.

let world: World
let scout: Agent
let invoices: Agent

beforeAll(async () => {
  world = await openWorld()
  await world.signIn('example-freelancer')
  await world.pair()
  scout = await world.addAgent('Job scout')
  invoices = await world.addAgent('Invoices')
})
afterEach(() => unmuteAll(world))
afterAll(() => world.close())
beforeEach(() => until('no surface is open', () => world.extension.surfaces() === 0))

const ask = (agent: Agent): Promise<Answer> => agent.call('save_session', { reason: 'To look for jobs.' })
const inWorker = async (expression: string): Promise<unknown> => (await world.extension.worker()).evaluate(expression)
const badge = () => inWorker('chrome.action.getBadgeText({})')
const notifications = async () =>
  Object.keys(z.record(z.string(), z.unknown()).parse(await inWorker('chrome.notifications.getAll()')))
const pending = async () => {
  const { stdout } = await world.companion.run(['status', '--json'])
  return z.object({ pending: z.int() }).parse(JSON.parse(stdout)).pending
}

describe('with Chrome in front', () => {
  test('the popup opens by itself, and the badge counts', async () => {
    const call = ask(scout)
    await using popup = await world.extension.popup()
    await popup.question('Job scout', 'save_session')
    expect(world.extension.surfaces()).toBe(1)
    expect(await badge()).toBe('1')
    expect(await notifications()).toEqual([])
    await popup.press('Deny')
    expect((await call).structuredContent?.code).toBe('approval_denied')
    await until('the badge is empty', async () => (await badge()) === '')
  })

  test('a popup that is open already shows the question, and nothing else opens', async () => {
    await using popup = await world.extension.openPopup(world.tab)
    await until('she can save', () => popup.find('button', 'Save session'))
    const call = ask(scout)
    await popup.question('Job scout', 'save_session')
    expect(world.extension.surfaces()).toBe(1)
    await popup.press('Deny')
    await call
    await until('she is back where she was', () => popup.find('button', 'Save session'))
    expect(world.extension.surfaces()).toBe(1)
  })
})

describe('with Chrome out of sight', () => {
  test('an approval window opens, and a notification; both go by themselves after the answer', async () => {
    await world.chromium.minimise(world.tab)
    const call = ask(scout)
    const window = await world.extension.approvalWindow()
    await window.question('Job scout', 'save_session')
    expect(world.extension.surfaces()).toBe(1)
    expect(await badge()).toBe('1')
    await until('there is one notification', async () => (await notifications()).length === 1)

    await window.press('Approve')
    expect((await call).structuredContent).toMatchObject({ saved: true, account: 'example-freelancer' })
    await window.says('status', 'Saved')
    await until('the window has closed itself', () => window.page.isClosed())
    expect(world.extension.surfaces()).toBe(0)
    expect(await notifications()).toEqual([])
    expect(await badge()).toBe('')
    await world.chromium.restore(world.tab)
  })

  test('closing the window answers nothing: a click on the icon shows the same question again', async () => {
    await world.chromium.minimise(world.tab)
    const call = ask(scout)
    const window = await world.extension.approvalWindow()
    await window.question('Job scout', 'save_session')
    await window.close()
    await world.chromium.restore(world.tab)
    await until('the window is gone', () => world.extension.surfaces() === 0)
    expect(await pending()).toBe(1)
    expect(await badge()).toBe('1')

    await using popup = await world.extension.openPopup(world.tab)
    await popup.question('Job scout', 'save_session')
    await popup.press('Deny')
    expect((await call).structuredContent?.code).toBe('approval_denied')
  })
})

describe('closing the popup', () => {
  test('is no answer: the question waits on with the time that is left, and is not pushed before her again', async () => {
    const call = ask(scout)
    const first = await world.extension.popup()
    expect((await first.question('Job scout')).text).toMatch(/Waits \d+ more (minutes|seconds), even if you close this/)
    const before = await openPrompts(first.page)
    await first.close()
    await until('the popup is gone', () => world.extension.surfaces() === 0)
    expect(await pending()).toBe(1)
    expect(await badge()).toBe('1')
    expect(world.extension.surfaces()).toBe(0)

    await using again = await world.extension.openPopup(world.tab)
    await again.question('Job scout', 'save_session')
    // Its id, what it says, and its deadline.
    expect(await openPrompts(again.page)).toEqual(before)
    await again.press('Approve')
    expect((await call).structuredContent?.saved).toBe(true)
  })
})

describe('two agents at once', () => {
  test('are asked about one at a time, the older first, and the next one is never answered by the last one’s click', async () => {
    const older = ask(scout)
    await using popup = await world.extension.popup()
    await popup.question('Job scout')
    const newer = ask(invoices)
    await until('the other is counted', async () => (await popup.text()).includes('1 more waiting'))
    expect(await badge()).toBe('2')
    expect((await popup.question('Job scout')).name).toBe('Job scout asks: save_session')

    await watchArrival(popup, 'Invoices')
    await popup.press('Approve')
    expect((await older).structuredContent?.saved).toBe(true)
    await popup.question('Invoices')
    expect(await popup.page.evaluate('globalThis.arrivedWith')).toEqual([true, true, true])
    expect(await popup.text()).not.toContain('more waiting')
    expect(await badge()).toBe('1')
    await popup.press('Deny')
    expect((await newer).structuredContent?.code).toBe('approval_denied')
  })
})

/** Notes, at the very change that brings this agent's question, whether its buttons are disabled. */
async function watchArrival({ page }: Surface, label: string): Promise<void> {
  await page.evaluate(`new MutationObserver(() => {
    if (globalThis.arrivedWith || !document.querySelector('h1')?.textContent.includes('${label}')) return
    globalThis.arrivedWith = [...document.querySelectorAll('[data-answer]')].map((button) => button.disabled)
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true }), undefined`)
}
