import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import { openChromium } from '../support/chromium.ts'
import { answerTo, askWorker, openPrompts } from '../support/page-messages.ts'
import { exportedLedger, rowsIn } from '../support/ledger.ts'
import { builtExtension } from '../support/places.ts'
import { signIn } from '../support/sign-in.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { asked, takenBack, unasked } from '../support/whether-asked.ts'
import { openWorld, type World } from '../support/world.ts'

// She is tired of the same question, and says for how long her yes counts. It counts for that and for nothing besides.

const account = 'example-freelancer'
const feed = 'https://www.upwork.com/nx/find-work/best-matches'
const jumpingClock = new URL('../support/jumping-clock.mjs', import.meta.url).href
type Choice = 'Once' | '15 minutes' | 'Until the browser closes'

let profile: TemporaryFolder
let world: World
let agent: Agent
let pid: number
beforeAll(async () => {
  profile = await temporaryFolder('kept-profile')
  world = await openWorld({
    profile: profile.path,
    env: { NODE_OPTIONS: `--import=${jumpingClock}`, JUMP_SECONDS: '900' },
    start: false,
  })
  ;({ pid } = await world.companion.start())
  await world.signIn(account)
  await world.pair()
  agent = await world.addAgent('Job scout')
})
afterAll(async () => {
  await world.close()
  await profile.remove()
})

const remembered = async (): Promise<number> => (await statusOf(world.companion)).remembered

/** The agent asks, and she says yes for so long; gives the version that was saved. */
async function approveFor(choice: Choice): Promise<number> {
  const called = agent.call('save_session')
  await using shown = await world.extension.prompt()
  await shown.question('Job scout', 'save_session')
  await shown.press(choice, 'radio')
  await shown.press('Approve')
  const { structuredContent } = await called
  expect(structuredContent).toMatchObject({ saved: true })
  return Number(structuredContent?.['version'])
}

async function forgetAll(): Promise<void> {
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('Forget')
  await popup.says('status', 'Forgotten')
  await until('nothing is remembered', async () => (await remembered()) === 0)
}

describe('a yes for once', () => {
  test('is what each question begins with, and the next call asks', async () => {
    const called = agent.call('save_session')
    await using shown = await world.extension.prompt()
    await shown.question('Job scout', 'save_session')
    expect(await isChosen(shown, 'Once')).toBe(true)
    await shown.press('Approve')
    expect((await called).structuredContent).toMatchObject({ saved: true, version: 1 })
    await shown.close()
    expect(await remembered()).toBe(0)
    await asked(world, agent, async (again) => expect(await isChosen(again, 'Once')).toBe(true))
  })
})

describe('a choice in the prompt', () => {
  test('starts the second before Approve works anew', async () => {
    await asked(world, agent, async (shown) => {
      await until('Approve is armed', () => shown.isEnabled('Approve'))
      await shown.press('15 minutes', 'radio')
      expect(await shown.isEnabled('Approve')).toBe(false)
      await shown.pressAtOnce('Approve')
      expect(await remembered()).toBe(0)
      await until('Approve is armed again', () => shown.isEnabled('Approve'))
    })
  })
})

describe('a yes until the browser closes', () => {
  let version: number
  beforeAll(async () => {
    version = await approveFor('Until the browser closes')
  })

  test('saves without asking, by either name of the tool and from any page of the site', async () => {
    expect(await unasked(world, agent)).toBe((version += 1))
    expect(await unasked(world, agent, 'manual_login')).toBe((version += 1))
    await world.tab.goto(`${feed}?page=2`)
    expect(await unasked(world, agent)).toBe((version += 1))
  })

  test('leaves each save in the ledger, with the yes that it ran on', async () => {
    const rows = rowsIn(await exportedLedger(world.companion))
    const yeses = rows.filter(({ kind }) => kind === 'remembered').map(({ details }) => details['request'])
    const saves = rows.filter(({ kind }) => kind === 'session_saved').slice(-3)
    expect(yeses).toHaveLength(1)
    expect(saves.map(({ details }) => details['request'])).toEqual([...yeses, ...yeses, ...yeses])
  })

  test('covers neither another agent nor a name that is spelled otherwise', async () => {
    await using other = await world.addAgent('Invoices')
    expect(await asked(world, other)).toBe(takenBack)
    const { structuredContent } = await agent.call('Save_Session')
    expect(structuredContent).toMatchObject({ saved: false, code: 'unknown_tool' })
  })

  test('never covers an export, which offers none that lasts, to whoever asks for it', async () => {
    await using folder = await temporaryFolder('export')
    const out = join(folder.path, 'session.json')
    await using command = world.companion.begin(['export', '--format', 'playwright', '--out', out])
    await using shown = await world.extension.prompt()
    await shown.question('Terminal', 'export')
    expect(await shown.find('radio')).toBeUndefined()
    const [open] = await openPrompts(shown.page)
    if (open === undefined) throw new Error('There is no question.')
    const forged = { ...(await answerTo(open)), lasts: 'browser' }
    expect(await askWorker(shown.page, forged)).toMatchObject({ kind: 'refused' })
    await shown.press('Deny')
    expect((await command.ended).code).toBe(1)
  })

  test('asks about another account, and about a sign-in that is uncertain, whose yes can not last', async () => {
    await world.signIn('second-example')
    await asked(world, agent, async (shown, text) => {
      expect(text).toContain('second-example')
      expect(await shown.find('radio', 'Once')).toBeDefined()
    })
    await world.signIn(account)
    await world.tab.goto('https://www.upwork.com/ab/account-security/login')
    await asked(world, agent, async (shown) => expect(await shown.find('radio')).toBeUndefined())
    await world.tab.goto(feed)
    expect(await unasked(world, agent)).toBe((version += 1))
  })

  test('outlives the worker, and the connection that goes with it', async () => {
    await world.extension.stopWorker()
    await whenConnected(world.companion, 45)
    expect(await unasked(world, agent)).toBe((version += 1))
  })

  test('is shown with its end, and ends with one click', async () => {
    {
      await using popup = await world.extension.openPopup(world.tab)
      const shown = await until('it is shown', async () => {
        const text = await popup.text()
        return text.includes('Runs without asking') && text
      })
      expect(shown).toContain('Job scout: save_session')
      expect(shown).toContain(`${account}, until this browser closes`)
    }
    const { stdout } = await world.companion.run(['status'])
    expect(stdout).toContain(`Job scout: save_session, for ${account}, until the browser closes`)
    await forgetAll()
    expect(await asked(world, agent)).toBe(takenBack)
  })

  test('ends when all agents are paused, even for a moment', async () => {
    await approveFor('Until the browser closes')
    version += 1
    {
      await using popup = await world.extension.openPopup(world.tab)
      await popup.press('Pause all agents')
      await popup.press('Resume')
      await popup.says('status', 'Agents may ask again')
    }
    expect(await asked(world, agent)).toBe(takenBack)
  })

  test('ends with the companion, which keeps it nowhere', async () => {
    await approveFor('Until the browser closes')
    version += 1
    await world.companion.stop()
    ;({ pid } = await world.companion.start())
    await whenConnected(world.companion, 45)
    expect(await remembered()).toBe(0)
    expect(await asked(world, agent)).toBe(takenBack)
  })
})

describe('a yes for 15 minutes', () => {
  test('saves without asking until they are over, and then asks', async () => {
    const version = await approveFor('15 minutes')
    expect(await unasked(world, agent)).toBe(version + 1)
    {
      await using popup = await world.extension.openPopup(world.tab)
      await until('the time is shown', async () => /1[45] minutes left/.test(await popup.text()))
    }
    process.kill(pid, 'SIGUSR2')
    await until('it is over', async () => (await remembered()) === 0)
    expect(await asked(world, agent)).toBe(takenBack)
  })
})

describe('the browser is closed', () => {
  test('and opened again: a yes that was to last until then is over', async () => {
    await world.companion.stop()
    ;({ pid } = await world.companion.start())
    await whenConnected(world.companion, 45)
    const version = await approveFor('Until the browser closes')
    expect(await unasked(world, agent)).toBe(version + 1)
    await world.chromium.close()

    await using chromium = await openChromium({
      profile: profile.path,
      arguments: world.standIn.browserArguments,
    })
    const extension = await chromium.loadExtension(builtExtension)
    const tab = await chromium.open(feed)
    await signIn(tab, account)
    await whenConnected(world.companion, 45)
    const called = agent.call('save_session')
    await using popup = await until('a popup with the question stays', async () => {
      const shown = await extension.openPopup(tab)
      return (await shown.find('article')) && shown
    })
    await popup.question('Job scout', 'save_session')
    expect(await remembered()).toBe(0)
    await popup.press('Deny')
    expect((await called).structuredContent).toMatchObject({ code: 'approval_denied' })
  })
})

/** Whether this radio is the one that is set. */
async function isChosen(shown: Surface, name: Choice): Promise<boolean> {
  const radio = await shown.find('radio', name)
  return (await radio?.evaluate((element) => element.matches(':checked'))) ?? false
}
