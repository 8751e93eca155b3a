import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agent } from '../support/agent.ts'
import { ledgerRows } from '../support/ledger.ts'
import { signOut } from '../support/sign-in.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// What was saved grows old, and what the browser holds goes on. Agent, terminal, popup and badge say the same of it; she is reminded
// once, and it is saved again by itself only where she has said so.

const account = 'example-freelancer'
const itself = 'Save again by itself when Upwork changes the sign-in'
const notices = z.record(z.string(), z.unknown())
const made = z.array(z.tuple([z.string(), z.looseObject({ message: z.string(), silent: z.boolean() })]))

let world: World
let agent: Agent

beforeAll(async () => {
  world = await openWorld()
  await world.pair()
  await listenToNotices()
  agent = await world.addAgent('Story agent')
  await world.signIn(account)
  await save()
})
afterAll(() => world.close())

const inWorker = async (expression: string): Promise<unknown> => (await world.extension.worker()).evaluate(expression)
const rotate = () => world.tab.goto('https://www.upwork.com/nx/rotate')
const standing = async () => Object.keys(notices.parse(await inWorker('chrome.notifications.getAll()')))
const told = async () =>
  made.parse(await inWorker('globalThis.told')).flatMap(([id, { message, silent }]) => {
    return id === 'countersign-weather' ? [{ message, silent }] : []
  })
const version = async () => (await agent.call('session_status')).structuredContent?.['version']

/** Keeps what the worker tells by notifications. */
async function listenToNotices(): Promise<void> {
  await inWorker(`{
    globalThis.told = []
    const { create } = chrome.notifications
    chrome.notifications.create = (...what) => { told.push(what); return create.apply(chrome.notifications, what) }
  }`)
}

async function save(): Promise<void> {
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('Save session')
  await popup.says('status', 'Saved:')
}

/** Waits until the companion says so, then asks everybody else. */
async function saysEverywhere(state: string, word: string, sentence: string, badge: string): Promise<void> {
  await until(
    `the session is ${state}`,
    async () => {
      const { weather } = await statusOf(world.companion)
      return weather.some((each) => each.account === account && each.state === state)
    },
    { seconds: 15 },
  )
  const { stdout } = await world.companion.run(['status'])
  expect(stdout).toContain(`${word}. ${sentence}`)
  expect((await agent.call('session_status')).structuredContent).toMatchObject({ saved: true, account, state })
  await until('the badge says so', async () => (await inWorker('chrome.action.getBadgeText({})')) === badge)
  const title = z.string().parse(await inWorker('chrome.action.getTitle({})'))
  expect(title).toBe(badge === '' ? 'Countersign' : `Countersign: ${account}: ${sentence}`)
  await using popup = await world.extension.openPopup(world.tab)
  await until('the popup says so', async () => (await popup.text()).includes(word))
}

const rotated = 'Upwork has changed your sign-in since, so the saved one may no longer work. Click Save session.'
const fresh = ['fresh', 'Fresh', 'The saved session should still be good.', ''] as const

describe('the weather of a saved session', () => {
  test('is fresh after a save, everywhere', async () => {
    await saysEverywhere(...fresh)
    expect(await told()).toEqual([])
  })

  test('turns when Upwork changes the sign-in: it is said everywhere, and once by a quiet notification', async () => {
    await rotate()
    await saysEverywhere('rotated', 'Rotated since', rotated, '•')
    const word = { message: `${account}: ${rotated}`, silent: true }
    expect(await told()).toEqual([word])
    await rotate()
    await until('the word stands', async () => (await standing()).includes('countersign-weather'))
    expect(await told()).toEqual([word])
    expect(await version()).toBe(1)
  })

  test('is not told again by a worker that was stopped meanwhile', async () => {
    await inWorker("chrome.notifications.clear('countersign-weather')")
    await world.extension.stopWorker()
    {
      // A popup that is closed before its script ran wakes nobody.
      await using popup = await world.extension.openPopup(world.tab)
      await until('the popup has reached its worker', async () => (await popup.text()).includes('Connected'))
    }
    await listenToNotices()
    await whenConnected(world.companion, 20)
    await rotate()
    await saysEverywhere('rotated', 'Rotated since', rotated, '•')
    expect(await told()).toEqual([])
    expect(await standing()).toEqual([])
  })

  test('is fresh again once it is saved again, and what was told of it goes', async () => {
    await save()
    await saysEverywhere(...fresh)
    await rotate()
    await until('she is told of the next turn', async () => (await standing()).includes('countersign-weather'))
    await save()
    await saysEverywhere(...fresh)
    await until('the notification is gone', async () => (await standing()).length === 0)
    expect(await told()).toHaveLength(1)
  })

  test('says that the browser is signed out', async () => {
    await signOut(world.tab)
    const sentence =
      'Your browser is signed out of Upwork, so the saved sign-in may no longer work. Sign in to Upwork, then click Save session.'
    await saysEverywhere('signed-out', 'Signed out', sentence, '')
    expect((await told()).at(-1)).toEqual({ message: `${account}: ${sentence}`, silent: true })
  })

  test('says that the browser is signed in to another account, and is in nobody’s way', async () => {
    await world.signIn('second-example')
    const sentence =
      'Your browser is signed in to another Upwork account, so nothing tells whether the saved session is still good. Switch the account in Upwork to save it again.'
    await saysEverywhere('another-account', 'Another account', sentence, '')
    expect(await told()).toHaveLength(2)
  })
})

describe('saving again by itself', () => {
  beforeAll(async () => {
    await world.signIn(account)
    await save()
    await saysEverywhere(...fresh)
  })

  test('needs her own click: one that a page makes up turns nothing on', async () => {
    await using popup = await world.extension.openPopup(world.tab)
    const box = await until('the switch is there', () => popup.find('checkbox', itself))
    const isOn = () => box.evaluate((element) => 'checked' in element && element.checked === true)
    await box.evaluate((element) => element instanceof HTMLElement && element.click())
    expect(await isOn()).toBe(false)
    await popup.press(itself, 'checkbox')
    await until('it is on', isOn)
  })

  test('saves on a rotation, with a row in the ledger, and tells her nothing of it', async () => {
    const before = await ledgerRows(world.companion)
    const [words, last] = [await told(), z.int().parse(await version())]
    await rotate()
    await until('it is saved by itself', async () => (await version()) === last + 1)
    await saysEverywhere(...fresh)
    const rows = (await ledgerRows(world.companion)).slice(before.length)
    expect(rows.filter(({ kind }) => kind === 'session_saved')).toHaveLength(1)
    const seq = String(rows.find(({ kind }) => kind === 'session_saved')?.seq)
    const { stdout } = await world.companion.run(['ledger', 'show', seq])
    expect(stdout).toContain('rotation')
    expect(await told()).toEqual(words)
  })

  test('waits five minutes before the next one, and says meanwhile that it wants saving', async () => {
    const last = z.int().parse(await version())
    await rotate()
    await saysEverywhere('rotated', 'Rotated since', rotated, '•')
    await until('it is going to be looked at then', async () => {
      const alarm = z.object({ scheduledTime: z.number() }).parse(await inWorker("chrome.alarms.get('save-again')"))
      return alarm.scheduledTime > Date.now() + 4 * 60_000
    })
    expect(await version()).toBe(last)
    await save()
    await saysEverywhere(...fresh)
  })
})
