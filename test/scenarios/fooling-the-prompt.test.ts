import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agent, Answer } from '../support/agent.ts'
import { ledgerRows } from '../support/ledger.ts'
import { answerTo, askWorker, openPrompts } from '../support/page-messages.ts'
import type { Surface } from '../support/surface.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { unmuteAll } from '../support/unmute.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// An answer is hers only when she meant it: for this question, after she could read it, with her own hand.

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

const ask = (agent: Agent): Promise<Answer> => agent.call('save_session')
const codeOf = async (call: Promise<Answer>) => (await call).structuredContent?.code
const shown = async (label = 'Job scout'): Promise<Surface> => {
  await until('the surface before is closed', () => world.extension.surfaces() <= 1)
  const popup = await world.extension.popup()
  await popup.question(label, 'save_session')
  return popup
}
const armed = (popup: Surface) => until('Approve is armed', () => popup.isEnabled('Approve'))
const focused = ({ page }: Surface) => page.evaluate('document.activeElement.textContent')
/** Half a second in which no key is touched. */
const handsOff = () => {
  const since = performance.now()
  return until('the keys have rested', () => performance.now() - since > 600)
}
/** How many questions the companion holds open: one that was answered is none of them. */
const pending = async () => {
  const { stdout } = await world.companion.run(['status', '--json'])
  return z.object({ pending: z.int() }).parse(JSON.parse(stdout)).pending
}
const saves = async () => (await ledgerRows(world.companion)).filter(({ kind }) => kind === 'session_saved').length
const placeOf = async (popup: Surface, name: string) => {
  const button = await popup.find('button', name)
  if (button === undefined) throw new Error(`There is no button "${name}".`)
  return button.clickablePoint()
}
/** Keys as fast as they come: each of these is on its way before the first has arrived. */
const strike = ({ keyboard }: Page, ...keys: ('x' | 'Space' | 'Enter')[]) =>
  Promise.all(keys.flatMap((key) => [keyboard.down(key), keyboard.up(key)]))

describe('a hand that was on its way', () => {
  test('a click in the first second does nothing, nor one that was begun in it', async () => {
    const call = ask(scout)
    await using popup = await shown()
    await popup.pressAtOnce('Approve')
    const { x, y } = await placeOf(popup, 'Approve')
    await popup.page.mouse.move(x, y)
    await popup.page.mouse.down()
    expect(await popup.isEnabled('Approve')).toBe(false)
    await armed(popup)
    await popup.page.mouse.up()
    expect(await pending()).toBe(1)
    await popup.press('Deny')
    expect(await codeOf(call)).toBe('approval_denied')
  })

  test('of many clicks only the first counts, and none of them for the next question', async () => {
    const first = ask(scout)
    await using popup = await shown()
    const second = ask(invoices)
    await until('the other is counted', async () => (await popup.text()).includes('1 more waiting'))
    await armed(popup)
    const { x, y } = await placeOf(popup, 'Approve')
    await popup.page.mouse.click(x, y, { count: 2 })
    expect((await first).structuredContent?.saved).toBe(true)
    await popup.question('Invoices')
    await popup.page.mouse.click(x, y)
    expect(await popup.isEnabled('Approve')).toBe(false)
    await armed(popup)
    expect(await pending()).toBe(1)
    await popup.press('Deny')
    expect(await codeOf(second)).toBe('approval_denied')
  })
})

describe('a script', () => {
  test('presses neither button, whatever event it makes up', async () => {
    const call = ask(scout)
    await using popup = await shown()
    await armed(popup)
    await popup.page.evaluate(`for (const button of document.querySelectorAll('[data-answer]')) {
      const how = { bubbles: true, cancelable: true, composed: true, isPrimary: true, button: 0, detail: 1 }
      button.click()
      button.dispatchEvent(new PointerEvent('pointerdown', how))
      button.dispatchEvent(new MouseEvent('mousedown', how))
      button.dispatchEvent(new PointerEvent('pointerup', how))
      button.dispatchEvent(new MouseEvent('mouseup', how))
      button.dispatchEvent(new PointerEvent('click', how))
      button.focus()
      for (const key of [' ', 'Enter']) {
        button.dispatchEvent(new KeyboardEvent('keydown', { ...how, key }))
        button.dispatchEvent(new KeyboardEvent('keyup', { ...how, key }))
        button.click()
      }
    }`)
    expect(await popup.isEnabled('Approve')).toBe(true)
    expect(await pending()).toBe(1)
    await popup.press('Deny')
    expect(await codeOf(call)).toBe('approval_denied')
  })
})

describe('the keyboard', () => {
  test('begins at the heading, comes to Deny first, and approves with Space alone', async () => {
    const call = ask(scout)
    await using popup = await shown()
    const { keyboard } = popup.page
    expect(await focused(popup)).toBe('Job scout asks: save_session')
    await armed(popup)
    await keyboard.press('Tab')
    expect(await focused(popup)).toBe('Deny')
    await keyboard.press('Tab')
    expect(await focused(popup)).toBe('Approve')

    await handsOff()
    await strike(popup.page, 'Enter')
    await handsOff()
    // Enter again, and then Space right behind another key.
    await strike(popup.page, 'Enter', 'x', 'Space')
    expect(await popup.isEnabled('Approve')).toBe(true)
    expect(await pending()).toBe(1)

    await handsOff()
    await strike(popup.page, 'Space')
    expect((await call).structuredContent?.saved).toBe(true)
  })

  test('held down since before answers nothing', async () => {
    const call = ask(scout)
    await using popup = await shown()
    const { keyboard } = popup.page
    await keyboard.down('Space')
    await armed(popup)
    await keyboard.press('Tab')
    await handsOff()
    // The library marks a key that is down already as repeating, as a keyboard does.
    await keyboard.down('Space')
    await keyboard.press('Tab')
    await handsOff()
    await keyboard.down('Space')
    await keyboard.up('Space')
    expect(await focused(popup)).toBe('Approve')
    expect(await popup.isEnabled('Approve')).toBe(true)
    expect(await pending()).toBe(1)
    await popup.press('Deny')
    expect(await codeOf(call)).toBe('approval_denied')
  })
})

describe('an answer to something else', () => {
  test('is refused as stale when its id and what was shown don’t belong together, and saves nothing', async () => {
    const before = await saves()
    const first = ask(scout)
    await using popup = await shown()
    const second = ask(invoices)
    const [older, newer] = await openPrompts(popup.page, 2)
    if (older === undefined || newer === undefined) throw new Error('There are not two questions.')
    const [toOlder, toNewer] = [await answerTo(older), await answerTo(newer)]
    const altered = await answerTo({ ...older, reason: 'Only to look.' })
    for (const wrong of [
      { ...toOlder, shown: toNewer.shown },
      { ...toNewer, shown: toOlder.shown },
      { ...toOlder, shown: altered.shown },
      { ...toOlder, id: crypto.randomUUID() },
    ]) {
      expect(await askWorker(popup.page, wrong)).toMatchObject({ kind: 'refused', code: 'approval_stale' })
    }
    expect(await askWorker(popup.page, { ...toOlder, answer: 'yes' })).toMatchObject({ code: 'frame_malformed' })
    expect(await pending()).toBe(2)

    await popup.press('Deny')
    expect(await codeOf(first)).toBe('approval_denied')
    await popup.question('Invoices')
    // Its question was answered a moment ago.
    expect(await askWorker(popup.page, toOlder)).toMatchObject({ kind: 'refused', code: 'approval_stale' })
    await popup.press('Deny')
    expect(await codeOf(second)).toBe('approval_denied')
    expect(await saves()).toBe(before)
  })
})

describe('somebody else’s page', () => {
  test('can’t answer: neither the site, nor a page on loopback, nor another extension', async () => {
    const call = ask(scout)
    await using popup = await shown()
    const [open] = await openPrompts(popup.page)
    if (open === undefined) throw new Error('There is no question.')
    const answer = await answerTo(open)
    const { id } = world.extension
    const tryIt = `(async () => {
      if (globalThis.chrome?.runtime?.sendMessage === undefined) return ['no way']
      const answers = []
      for (const message of ${JSON.stringify([answer, { kind: 'pause' }, { kind: 'save', anyway: true, name: null }])}) {
        answers.push(await chrome.runtime.sendMessage('${id}', message).then((told) => told?.kind ?? 'silence', () => 'no way'))
      }
      const port = chrome.runtime.connect('${id}', { name: 'surface' })
      answers.push(await new Promise((resolve) => {
        port.onMessage.addListener(() => resolve('told'))
        port.onDisconnect.addListener(() => resolve('no way'))
      }))
      return answers
    })()`

    expect(await world.tab.evaluate(tryIt)).toEqual(['no way'])

    await using folder = await temporaryFolder('stranger')
    const manifest = {
      manifest_version: 3,
      name: 'A stranger',
      version: '1',
      background: { service_worker: 'worker.js' },
    }
    await writeFile(join(folder.path, 'manifest.json'), JSON.stringify(manifest))
    await writeFile(join(folder.path, 'worker.js'), '')
    const stranger = await (await world.chromium.loadExtension(folder.path)).worker()
    expect(await stranger.evaluate(tryIt)).toEqual(['no way', 'no way', 'no way', 'no way'])

    const beside = await world.chromium.browser.newPage()
    await beside.goto(`http://127.0.0.1:${world.companion.port}/pair`)
    expect(await beside.evaluate(tryIt)).toEqual(['ignored', 'ignored', 'ignored', 'no way'])
    await beside.close()

    expect(await pending()).toBe(1)
    await using again = await world.extension.openPopup(world.tab)
    await again.question('Job scout')
    await again.press('Deny')
    expect(await codeOf(call)).toBe('approval_denied')
  })
})
