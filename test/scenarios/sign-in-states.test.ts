import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agent, Answer } from '../support/agent.ts'
import { exportSession } from '../support/export.ts'
import { signOut } from '../support/sign-in.ts'
import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Whose tab it is and whether it is signed in decides what may be saved, at the click and at the yes.

const feed = 'https://www.upwork.com/nx/find-work/best-matches'
const loginPage = 'https://www.upwork.com/ab/account-security/login'
const row = z.object({ kind: z.string() })

let world: World
let agent: Agent

beforeAll(async () => {
  world = await openWorld()
  await world.pair()
  agent = await world.addAgent('Story agent')
})
afterAll(() => world.close())

/** How many sessions were ever saved. */
async function saves(): Promise<number> {
  const { stdout } = await world.companion.run(['ledger', 'list', '--json'])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.filter((line) => row.parse(JSON.parse(line)).kind === 'session_saved').length
}

/** What the vault has of the newest session; how that stands to the browser is another story. */
async function lastSaved(): Promise<object> {
  const { state: _, ...saved } = (await agent.call('session_status')).structuredContent ?? {}
  return saved
}

async function clickSave(): Promise<Surface> {
  const popup = await world.extension.openPopup(world.tab)
  await popup.press('Save session')
  return popup
}

async function save(): Promise<void> {
  await using popup = await clickSave()
  await popup.says('status', 'Saved:')
}

const reads = (surface: Surface, text: string): Promise<boolean> =>
  until(`it can be read: "${text}"`, async () => (await surface.text()).includes(text))

/** An agent asks, she puts the prompt away, `change` happens, and she opens the prompt again and says yes. */
async function approvedAfter(change: () => Promise<unknown>): Promise<{ prompt: Surface; answer: Promise<Answer> }> {
  const answer = agent.call('save_session')
  const first = await world.extension.prompt()
  await first.question('Story agent', 'save_session')
  await first.close()
  await change()
  const prompt = await world.extension.openPopup(world.tab)
  await prompt.question('Story agent', 'save_session')
  await prompt.press('Approve')
  return { prompt, answer }
}

describe('when the person is signed out', () => {
  beforeAll(async () => {
    await world.signIn('example-freelancer')
    await save()
    await signOut(world.tab)
  })

  test('a click says so, and what was saved before stays', async () => {
    const before = await lastSaved()
    await using popup = await clickSave()
    expect(await popup.says('alert', 'The Upwork tab is signed out.')).toContain('Sign in to Upwork there')
    await reads(popup, 'What you saved before stays as it is.')
    expect(await saves()).toBe(1)
    expect(await lastSaved()).toEqual(before)
    expect(before).toMatchObject({ saved: true, account: 'example-freelancer', version: 1 })
  })

  test('an agent is told at once, and she is not asked', async () => {
    const answer = await agent.call('save_session', {}, { seconds: 5 })
    expect(answer).toMatchObject({ isError: true, structuredContent: { saved: false, code: 'signed_out' } })
    expect(world.extension.surfaces()).toBe(0)
    expect(await saves()).toBe(1)
  })
})

describe('when another account is signed in', () => {
  beforeAll(() => world.signIn('second-example'))

  test('its session is a second entry, and the first stays as it was', async () => {
    const first = await exportSession(world, 'example-freelancer')
    await using popup = await world.extension.openPopup(world.tab)
    await reads(popup, 'A second entry; the one of example-freelancer stays.')
    await popup.press('Save session')
    expect(await popup.says('status', 'Saved:')).toContain('Saved: second-example, version 1.')
    await reads(popup, 'Saved sessions')
    await popup.close()

    expect(await exportSession(world, 'example-freelancer')).toEqual(first)
    expect((await exportSession(world, 'second-example')).account).toBe('second-example')
  })
})

describe('when it changes between the prompt and her yes', () => {
  beforeEach(() => world.signIn('example-freelancer'))

  test('another account: she is asked again, with that one named, and nothing is stored before', async () => {
    const before = await saves()
    const { prompt, answer } = await approvedAfter(() => world.signIn('second-example'))
    await until('she is asked about the other account', async () => {
      const { text } = await prompt.question('Story agent', 'save_session')
      return text.includes('second-example')
    })
    expect(await saves()).toBe(before)
    await prompt.press('Approve')
    expect((await answer).structuredContent).toMatchObject({ saved: true, account: 'second-example', version: 2 })
    expect(await saves()).toBe(before + 1)
    await prompt.close()
  })

  test('another origin of the site: she is asked again, with that one named, and nothing is stored before', async () => {
    const before = await saves()
    const { prompt, answer } = await approvedAfter(() => world.tab.goto('https://community.upwork.com/'))
    await until('she is asked about the other origin', async () => {
      const { text } = await prompt.question('Story agent', 'save_session')
      return text.includes('Fromcommunity.upwork.com/')
    })
    expect(await saves()).toBe(before)
    await prompt.press('Deny')
    expect((await answer).structuredContent).toMatchObject({ saved: false, code: 'approval_denied' })
    expect(await saves()).toBe(before)
    await prompt.close()
  })

  test('signed out: nothing is stored, and the agent and she are told', async () => {
    const before = await saves()
    const { prompt, answer } = await approvedAfter(() => signOut(world.tab))
    expect(await answer).toMatchObject({ isError: true, structuredContent: { saved: false, code: 'signed_out' } })
    await prompt.says('status', 'The Upwork tab is signed out.')
    expect(await saves()).toBe(before)
    await prompt.close()
  })

  test('the tab closed: nothing is stored, and the agent and she are told', async () => {
    const before = await saves()
    const upwork = await world.chromium.browser.newPage()
    await upwork.goto(feed)
    await world.tab.goto('about:blank')
    const { prompt, answer } = await approvedAfter(() => upwork.close())
    expect(await answer).toMatchObject({ isError: true, structuredContent: { saved: false, code: 'no_upwork_tab' } })
    await prompt.says('status', 'No Upwork tab is open.')
    expect(await saves()).toBe(before)
    await prompt.close()
  })
})

test('when no Upwork tab is open an agent is told at once, and she is not asked', async () => {
  await world.tab.goto('about:blank')
  const answer = await agent.call('save_session', {}, { seconds: 5 })
  expect(answer).toMatchObject({ isError: true, structuredContent: { saved: false, code: 'no_upwork_tab' } })
  expect(world.extension.surfaces()).toBe(0)
})

describe('when it is uncertain whose sign-in it is', () => {
  beforeAll(async () => {
    await world.signIn('example-freelancer')
    await world.tab.deleteCookie(
      { name: 'console_user', domain: '.upwork.com' },
      { name: 'user_uid', domain: '.upwork.com' },
    )
    await world.signIn('third-example', 'uncertain')
  })

  test('a click asks in its place, and stores nothing before she has said yes', async () => {
    const before = await saves()
    await using popup = await clickSave()
    await reads(popup, 'Upwork does not say which account this is. It may not work when it is used.')
    await popup.press('Cancel')
    await popup.press('Save session')
    await reads(popup, 'Save it all the same?')
    expect(await saves()).toBe(before)
    await popup.press('Save anyway')
    await popup.says('status', 'Saved:')
    expect(await saves()).toBe(before + 1)
    expect((await agent.call('session_status')).structuredContent).toMatchObject({ saved: true, state: 'uncertain' })
  })

  test('an agent’s prompt says so', async () => {
    const answer = agent.call('save_session')
    await using prompt = await world.extension.prompt()
    const { text } = await prompt.question('Story agent', 'save_session')
    expect(text).toContain('Uncertain')
    expect(text).toContain('Upwork does not say which account this is. What is saved may not work.')
    await prompt.press('Deny')
    expect((await answer).structuredContent).toMatchObject({ saved: false, code: 'approval_denied' })
  })

  test('a sign-in page leaves it uncertain, too, whatever the cookies say', async () => {
    await world.signIn('example-freelancer')
    await world.tab.goto(loginPage)
    await using popup = await clickSave()
    await reads(popup, 'The tab is on a sign-in or account-security page.')
    expect(await until('she is asked', () => popup.find('button', 'Save anyway'))).toBeDefined()
  })
})
