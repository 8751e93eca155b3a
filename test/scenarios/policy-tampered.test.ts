import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, type Agent } from '../support/agent.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { meddle } from '../support/meddle.ts'
import { beginPairing } from '../support/pairing.ts'
import { acceptPolicy, explainTool, policyOf, proposePolicy } from '../support/policy.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'
import { openWorld } from '../support/world.ts'

// What is in force lies in the database, where a program with a shell can get at it: changed, put back, or taken out.

const asks = { require_approval: true }
const policy = (tools: object) => ({ version: '1', default: 'deny', tools: { session_status: {}, ...tools } })
const first = policy({ search_jobs: asks })
const second = policy({ search_jobs: {}, get_messages: asks })
const closing = { ...second, hide: ['search_jobs'] }
const granted = z.object({ token: z.string() })

type House = { readonly companion: Companion; readonly ada: WireBrowser; readonly token: string; line: Line }

const openHouse = async (): Promise<House> => {
  const companion = await createCompanion()
  await companion.start()
  const ada = await createWireBrowser('Ada')
  await using pairing = await beginPairing(companion)
  const line = await ada.pair(pairing.code)
  await line.hello()
  await pairing.paired()
  await using command = companion.begin(['agents', 'add', 'Job scout', '--json'])
  await line.approve('add agent Job scout')
  const { token } = await command.line(granted)
  return { companion, ada, token, line }
}
const connect = async (house: House): Promise<void> => {
  house.line = await house.ada.connect(house.companion.port)
  await house.line.hello()
}
const accept = ({ companion, line }: House, proposed: object) => acceptPolicy(companion, line, proposed)

describe('the policy in force, changed in the database by hand', () => {
  let house: House
  let agent: Agent
  beforeAll(async () => {
    house = await openHouse()
    agent = await connectAgent(house.companion, house.token)
    await accept(house, first)
    await meddled('create table aside_1 as select * from sealed_items', connect)
    await accept(house, second)
    await meddled('create table aside_2 as select * from sealed_items', connect)
  })
  afterAll(async () => {
    await agent.close()
    await house.companion.close()
  })

  const meddled = async (sql: string, then: (house: House) => Promise<void>): Promise<void> => {
    await house.companion.stop()
    await meddle(house.companion, sql)
    await house.companion.start()
    await then(house)
  }
  /** Everything is denied, and status and browser say why, until she has looked; then what is said to hold does. */
  const isAltered = async (holds: { number: number; how: string }): Promise<void> => {
    const { companion } = house
    for (const tool of ['session_status', 'save_session']) {
      expect((await agent.call(tool)).structuredContent).toMatchObject({ saved: false, code: 'policy_altered' })
    }
    expect((await statusOf(companion)).alarms).toContain('policy_altered')
    expect((await companion.run(['status'])).stdout).toContain('The policy was changed behind your back')
    expect(JSON.parse((await companion.run(['agents', 'add', 'Another', '--json'])).stdout)).toMatchObject({
      error: { code: 'policy_altered' },
    })
    // Nor does another start, or a browser that is there, let anything pass.
    await meddled('select 1', connect)
    expect((await agent.call('session_status')).structuredContent).toMatchObject({ code: 'policy_altered' })
    await house.line.look('policy_altered')
    expect(await policyOf(companion)).toMatchObject(holds)
    await meddled('select 1', connect)
    expect((await statusOf(companion)).alarms).toEqual([])
    expect(await policyOf(companion)).toMatchObject(holds)
  }
  const close = async (): Promise<void> => {
    await proposePolicy(house.companion, closing)
    await until('it has closed', async () => (await policyOf(house.companion)).how === 'closed')
  }
  const putBack = (from: string, name: string) =>
    `insert or replace into sealed_items select * from ${from} where name = '${name}'`
  const remove = (name: string) => `delete from sealed_items where name = '${name}'`
  const nothing = (): Promise<void> => Promise.resolve()

  test('what closed it taken out: it is missed, and the accepted one holds after her look', async () => {
    await close()
    expect(await policyOf(house.companion)).toMatchObject({ number: 2, how: 'closed' })
    await proposePolicy(house.companion, second)
    await meddled(remove('policy closing'), nothing)
    await isAltered({ number: 2, how: 'accepted' })
    expect(await explainTool(house.companion, 'search_jobs')).toMatchObject({ decision: 'allow' })
  })

  test('what closed it taken out, and still in the file: it is missed, and closes again at once', async () => {
    await close()
    await meddled(remove('policy closing'), nothing)
    expect(await explainTool(house.companion, 'search_jobs')).toMatchObject({ decision: 'deny', rule: '(hidden)' })
    await isAltered({ number: 2, how: 'closed' })
  })

  test('rolled back to an earlier one, with all that belongs to it: it is missed', async () => {
    await proposePolicy(house.companion, second)
    await meddled(
      `${remove('policy closing')}; ${remove('policy 2')}; ${putBack('aside_1', 'policy 1')};
       ${putBack('aside_1', 'policy mark')}`,
      nothing,
    )
    await isAltered({ number: 1, how: 'accepted' })
    expect(await explainTool(house.companion, 'search_jobs')).toMatchObject({ decision: 'ask' })
    await accept(house, { ...second, $schema: 'again' })
  })

  test('rolled back, and every later row of the ledger that told of a policy made into another: it is missed', async () => {
    const since = "(select min(seq) from ledger where kind = 'policy')"
    await meddled(
      `${remove('policy 2')}; ${putBack('aside_1', 'policy mark')};
       update ledger set kind = 'call' where kind = 'policy' and seq > ${since}`,
      nothing,
    )
    expect((await statusOf(house.companion)).alarms).toContain('policy_altered')
    await connect(house)
    for (const alarm of ['ledger_diverged', 'policy_altered'] as const) {
      if ((await statusOf(house.companion)).alarms.includes(alarm)) await house.line.look(alarm)
    }
    expect(await policyOf(house.companion)).toMatchObject({ number: 1, how: 'accepted' })
    await accept(house, { ...second, $schema: 'anew' })
  })

  test('an acceptance that was changed by a byte does not open, and the one before it holds', async () => {
    const spoilt = "sealed = cast(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) as blob)"
    await meddled(`update sealed_items set ${spoilt} where name = 'policy 2'`, nothing)
    await isAltered({ number: 1, how: 'accepted' })
    expect(await explainTool(house.companion, 'search_jobs')).toMatchObject({ decision: 'ask' })
    await accept(house, { ...second, $schema: 'once more' })
  })

  test('all of it taken out: the shipped default holds after her look, and nothing wider', async () => {
    await meddled("delete from sealed_items where name like 'policy%'", nothing)
    await isAltered({ number: 0, how: 'default' })
    expect(await explainTool(house.companion, 'search_jobs')).toMatchObject({ rule: '(default deny)' })
  })

  test('a row of the ledger that says otherwise: both are missed, the row and what it told', async () => {
    const { companion } = house
    await accept(house, first)
    const { number, text } = await policyOf(companion)
    await meddled(
      `update ledger set details = json_set(details, '$.number', 7)
       where seq = (select max(seq) from ledger where kind = 'policy')`,
      connect,
    )
    const { alarms } = await statusOf(companion)
    expect([...alarms].sort()).toEqual(['ledger_diverged', 'policy_altered'])
    await house.line.look('ledger_diverged')
    expect((await agent.call('session_status')).structuredContent).toMatchObject({ code: 'policy_altered' })
    await house.line.look('policy_altered')
    expect((await agent.call('session_status')).isError).toBe(false)
    expect(await policyOf(companion)).toMatchObject({ number, how: 'accepted', text })
  })
})

test('a policy that was tampered with: the popup says so, and lets all pass after “I have looked”', async () => {
  await using world = await openWorld()
  await world.pair()
  const { companion, extension, tab } = world
  const agent = await world.addAgent('Job scout')
  await proposePolicy(companion, second)
  await using prompt = await world.approve('Terminal', 'accept policy')
  await prompt.says('status', 'in force')
  await companion.stop()
  await meddle(companion, "delete from sealed_items where name = 'policy 1'")
  await companion.start()
  await whenConnected(companion, 45)
  expect((await agent.call('session_status')).structuredContent).toMatchObject({ code: 'policy_altered' })
  await using popup = await extension.openPopup(tab)
  expect(await popup.says('alert', 'The policy was changed behind your back')).toContain('the shipped default holds')
  await popup.press('I have looked')
  // The shipped default is in force again, so that what her file proposes is asked about at once, in place of “Noted”.
  const { text } = await popup.question('Terminal', 'accept policy')
  expect(text).toContain('search_jobs is newly named')
  expect((await statusOf(companion)).alarms).toEqual([])
  expect((await agent.call('session_status')).isError).toBe(false)
})
