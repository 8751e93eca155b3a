import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectAgent, type Agent } from '../support/agent.ts'
import { ledgerRows } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until, within } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// One switch stops all agents, at any moment, and nothing but her hand in the popup lets them on.

describe('pausing all agents', () => {
  let world: World
  let token: string
  let scout: Agent
  let invoices: Agent
  beforeAll(async () => {
    world = await openWorld()
    await world.signIn('example-freelancer')
    await world.pair()
    token = await world.grant('Job scout')
    scout = await connectAgent(world.companion, token)
    invoices = await world.addAgent('Invoices')
  })
  afterAll(async () => {
    await scout.close()
    await world.close()
  })

  const paused = { isError: true, structuredContent: { saved: false, code: 'paused' } }
  const isQuiet = async (): Promise<void> => {
    expect(await within(1, 'the refusal', scout.call('save_session'))).toMatchObject(paused)
    expect(await within(1, 'the refusal', invoices.call('session_status'))).toMatchObject(paused)
    expect(await statusOf(world.companion)).toMatchObject({ paused: true, pending: 0 })
  }
  const openHome = async (): Promise<Surface> => {
    const popup = await world.extension.openPopup(world.tab)
    await until('the popup is at home', () => popup.find('button', 'Resume'))
    return popup
  }

  test('in the middle of two questions: both calls end, and further ones are refused at once, unasked', async () => {
    const asked = scout.call('save_session')
    await using popup = await world.extension.popup()
    await popup.question('Job scout', 'save_session')
    const behind = invoices.call('save_session')
    await until('the other is counted', async () => (await popup.text()).includes('1 more waiting'))

    await popup.press('Pause all agents')
    expect(await within(1, 'the end of the call', asked)).toMatchObject(paused)
    expect(await within(1, 'the end of the other', behind)).toMatchObject(paused)
    await until('no question is left', async () => (await popup.find('article')) === undefined)
    await popup.says('status', 'All agents are paused.')

    await isQuiet()
    expect(await popup.find('article')).toBeUndefined()
    await popup.close()
    await using late = await connectAgent(world.companion, token)
    expect(await late.call('save_session')).toMatchObject(paused)
    expect(world.extension.surfaces()).toBe(0)
  })

  test('holds when the companion is started again, when it is killed, and when its memory of it is taken out', async () => {
    const { companion } = world
    await companion.stop()
    await companion.start()
    await isQuiet()
    await companion.kill()
    await companion.start()
    await isQuiet()
    await companion.kill()
    await meddle(companion, `delete from sealed_items where name = 'pause'`)
    await companion.start()
    await isQuiet()
    expect((await ledgerRows(companion)).filter(({ kind }) => kind === 'paused')).toHaveLength(1)
  })

  test('she may still save by a click', async () => {
    await whenConnected(world.companion, 45)
    await using popup = await openHome()
    await popup.press('Save session')
    expect(await popup.says('status', 'Saved')).toContain('version 1')
  })

  test('ends with her press on Resume, and then they may ask again', async () => {
    await whenConnected(world.companion, 45)
    await using popup = await openHome()
    await popup.press('Resume')
    await popup.says('status', 'Agents may ask again.')
    expect(await statusOf(world.companion)).toMatchObject({ paused: false })
    const call = scout.call('save_session')
    await popup.question('Job scout', 'save_session')
    await popup.press('Approve')
    expect((await call).structuredContent).toMatchObject({ saved: true, version: 2 })
    const resumed = (await ledgerRows(world.companion)).filter(({ kind }) => kind === 'resumed')
    expect(resumed).toHaveLength(1)
  })
  test('shows what is out of the vault, and takes all of it along', async () => {
    const { companion, extension, tab } = world
    await using folder = await temporaryFolder('out')
    const lease = async (name: string): Promise<string> => {
      const path = join(folder.path, name)
      await using command = companion.begin(['lease', '--format', 'playwright', '--for', '2h', path])
      const prompt = await world.approve('Terminal', 'lease')
      expect((await command.ended).code).toBe(0)
      await prompt.close()
      return path
    }
    const paths = [await lease('first.json'), await lease('second.json')]
    expect(paths.map((path) => existsSync(path))).toEqual([true, true])
    await using popup = await extension.openPopup(tab)
    await popup.press('End lease first.json')
    await popup.says('status', 'Ended, and wiped.')
    expect(paths.map((path) => existsSync(path))).toEqual([false, true])
    await until('one is left', async () => (await popup.find('button', 'End lease first.json')) === undefined)
    expect(await popup.text()).toContain('Lease of example-freelancer, 2 hours left')
    await popup.press('Pause all agents')
    await until('nothing is out', async () => !(await popup.text()).includes('out of the vault'))
    expect(paths.map((path) => existsSync(path))).toEqual([false, false])
  })
})
