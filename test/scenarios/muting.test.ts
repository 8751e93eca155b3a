import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, type Agent, type Answer } from '../support/agent.ts'
import { ledgerRows } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { beginPairing } from '../support/pairing.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { until, within } from '../support/until.ts'
import { createWireBrowser } from '../support/wire-browser.ts'
import { openWorld, type World } from '../support/world.ts'

// An agent that goes on asking after a no is not heard for a while. Anybody may mute; only her hand in the popup unmutes.

const listed = z.array(z.looseObject({ label: z.string(), mutedUntil: z.iso.datetime().nullable() }))
const minute = 60

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

/** Muted for at most so many minutes, and for not much less. */
const isMuted = ({ isError, structuredContent }: Answer, minutes: number): void => {
  expect(isError).toBe(true)
  expect(structuredContent).toMatchObject({ saved: false, code: 'muted', rule: '(muted)' })
  const retryAfter = Number(structuredContent?.['retryAfter'])
  expect(retryAfter).toBeLessThanOrEqual(minutes * minute)
  expect(retryAfter).toBeGreaterThan((minutes - 4) * minute)
}
const isQuiet = async (minutes: number): Promise<void> => {
  for (const tool of ['save_session', 'manual_login', 'session_status']) {
    isMuted(await within(1, 'the refusal', scout.call(tool)), minutes)
  }
  expect(world.extension.surfaces()).toBe(0)
  expect((await statusOf(world.companion)).pending).toBe(0)
  expect((await invoices.call('session_status')).isError).toBe(false)
}
const deny = async (tool: string, reason: string): Promise<Answer> => {
  const asked = scout.call(tool)
  await using shown = await world.extension.prompt()
  await shown.question('Job scout', 'save_session')
  await shown.press(reason)
  await shown.press('Deny')
  const answer = await asked
  await shown.says('status', 'Denied')
  return answer
}
const openHome = async (button: string): Promise<Surface> => {
  const popup = await world.extension.openPopup(world.tab)
  await until('the popup is at home', () => popup.find('button', button))
  return popup
}
const mutes = async (kind: 'muted' | 'unmuted'): Promise<number> =>
  (await ledgerRows(world.companion)).filter((row) => row.kind === kind).length

describe('an agent that was denied the same thing twice within a minute', () => {
  test('hears both times why, in words that she only had to click', async () => {
    for (const [tool, reason] of [
      ['save_session', 'Not now'],
      ['manual_login', 'Ask me first'],
    ] as const) {
      const { structuredContent } = await deny(tool, reason)
      expect(structuredContent).toMatchObject({ code: 'approval_denied', reason: `The person said no: ${reason}` })
    }
  })

  test('is muted for a quarter of an hour, whatever it calls, without a question; others are not', async () => {
    await isQuiet(15)
    expect(await mutes('muted')).toBe(1)
  })

  test('does not fill the ledger, however often it calls', async () => {
    await scout.call('save_session')
    const before = (await ledgerRows(world.companion)).length
    for (let calls = 0; calls < 60; calls += 1) {
      // From the twenty-first within a second on, it hears of that.
      const { structuredContent } = await scout.call('save_session')
      expect(structuredContent?.code).toMatch(/^(muted|rate_limited)$/)
    }
    expect((await ledgerRows(world.companion)).length).toBeLessThanOrEqual(before + 2)
    await until('it is heard as often as it may be', async () => {
      const { structuredContent } = await scout.call('save_session')
      return structuredContent?.code === 'muted'
    })
  })

  test('stays so when the companion is started again, is killed, and when its memory of it is taken out', async () => {
    const { companion } = world
    await companion.stop()
    await companion.start()
    await isQuiet(15)
    await companion.kill()
    await meddle(companion, `delete from sealed_items where name like 'mute %'`)
    await companion.start()
    await isQuiet(15)
    expect(await mutes('muted')).toBe(1)
  })

  test('is heard again after one click in the popup, which shows for how long it would not have been', async () => {
    await whenConnected(world.companion, 45)
    await using popup = await openHome('Unmute Job scout')
    expect(await popup.text()).toMatch(/Job scout\s+Muted, 1[45] minutes left\s+Unmute/)
    await popup.press('Unmute Job scout')
    await popup.says('status', 'It may ask again.')
    await until('the popup offers to mute it', () => popup.find('button', 'Mute Job scout'))
    expect(await mutes('unmuted')).toBe(1)

    const asked = scout.call('save_session')
    await popup.question('Job scout', 'save_session')
    await popup.press('Approve')
    expect((await asked).structuredContent).toMatchObject({ saved: true })
  })

  test('is not heard for twice as long the next time, such as after "Deny and mute", of which it hears the reason', async () => {
    const asked = scout.call('save_session')
    await using shown = await world.extension.prompt()
    await shown.question('Job scout', 'save_session')
    await shown.fill('Reason', 'Not while I write a proposal.')
    await shown.press('Deny and mute')
    expect((await asked).structuredContent).toMatchObject({
      code: 'approval_denied',
      reason: 'The person said no: Not while I write a proposal.',
    })
    await until('it is muted', async () => (await mutes('muted')) === 2)
    await shown.close()
    await isQuiet(30)
  })
})

describe('the commands', () => {
  const mutedUntil = async (): Promise<string | null | undefined> =>
    listed
      .parse(JSON.parse((await world.companion.run(['agents', 'list', '--json'])).stdout))
      .find(({ label }) => label === 'Invoices')?.mutedUntil
  const unmuting = () => world.companion.begin(['agents', 'unmute', 'invoices', '--json'])

  test('mute an agent at once, in the middle of its question, and ask nobody', async () => {
    const asked = invoices.call('save_session')
    await using shown = await world.extension.prompt()
    await shown.question('Invoices', 'save_session')
    expect(await world.companion.run(['agents', 'mute', 'Invoices'])).toMatchObject({
      code: 0,
      stdout: '"Invoices" is muted for 15 minutes.\n',
    })
    isMuted(await within(1, 'the end of the call', asked), 15)
    await until('the question is gone', async () => (await shown.find('article')) === undefined, { seconds: 1 })
    expect(Date.parse((await mutedUntil()) ?? '')).toBeGreaterThan(Date.now())
  })

  test('unmute it only after her yes', async () => {
    await using refused = unmuting()
    await using shown = await world.deny('Terminal', 'unmute agent Invoices')
    expect((await refused.ended).code).toBe(1)
    expect(await mutedUntil()).toBeTypeOf('string')
    await shown.close()

    await using command = unmuting()
    await using again = await world.approve('Terminal', 'unmute agent Invoices')
    expect(await command.line(z.looseObject({}))).toEqual({ unmuted: 'Invoices' })
    await again.says('status', '"Invoices" may ask again.')
    expect(await mutedUntil()).toBeNull()
    expect((await invoices.call('session_status')).isError).toBe(false)
  })
})

describe('the terminal', () => {
  test('is muted as agents are: it may still close, and she unmutes it in the popup', async () => {
    const { companion } = world
    for (let times = 0; times < 2; times += 1) {
      await using command = companion.begin(['agents', 'add', 'Third', '--json'])
      await using shown = await world.deny('Terminal', 'add agent Third')
      expect((await command.ended).code).toBe(1)
      await shown.close()
    }
    const asking = await companion.run(['agents', 'rename', 'Invoices', 'Fourth', '--json'])
    expect(asking.code).toBe(1)
    expect(JSON.parse(asking.stdout)).toMatchObject({ error: { code: 'muted' } })
    await using pairing = await beginPairing(companion)
    const eve = await createWireBrowser('Eve')
    await (await eve.pair(pairing.code)).hello().catch(() => 'gone already')
    expect(await pairing.refused()).toMatchObject({ exit: 1, code: 'muted' })
    expect(world.extension.surfaces()).toBe(0)
    expect((await companion.run(['agents', 'mute', 'Invoices'])).code).toBe(0)
    expect((await companion.run(['status'])).stdout).toMatch(/Terminal, muted, \d+ minutes left/)

    await using popup = await openHome('Unmute Terminal')
    await popup.press('Unmute Terminal')
    await until(
      'the terminal is heard again',
      async () => (await popup.find('button', 'Unmute Terminal')) === undefined,
    )
    await popup.close()
    expect(await world.grant('Third')).toMatch(/^csg_/)
  })
})
