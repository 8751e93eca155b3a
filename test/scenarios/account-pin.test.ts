import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Agent, connectAgent } from '../support/agent.ts'
import { proposePolicy } from '../support/policy.ts'
import { unasked } from '../support/whether-asked.ts'
import { openWorld, type World } from '../support/world.ts'

// She has two accounts, and an agent that is for one of them. It never gets at the other, whoever is signed in.

const own = 'example-freelancer'
const other = 'second-example'
const granted = z.object({ token: z.string() })
const agents = z.array(z.looseObject({ label: z.string(), account: z.string().nullable() }))

let world: World
/** Kept to her own account from the start on; and one that may ask for any. */
let scout: Agent
let free: Agent
beforeAll(async () => {
  world = await openWorld()
  await world.signIn(own)
  await world.pair()
  free = await world.addAgent('Invoices')
})
afterAll(async () => {
  await scout.close()
  await world.close()
})

const accountOf = async (label: string): Promise<string | null | undefined> => {
  const { stdout } = await world.companion.run(['agents', 'list', '--json'])
  return agents.parse(JSON.parse(stdout)).find((agent) => agent.label === label)?.account
}
/** Without a question, of which the call would wait for the answer. */
const refused = async (tool = 'save_session'): Promise<unknown> => {
  const { structuredContent, isError } = await scout.call(tool)
  expect([isError, world.extension.surfaces()]).toEqual([true, 0])
  return structuredContent
}
const status = async (agent: Agent) => (await agent.call('session_status')).structuredContent

test('an agent is let in for one account by a yes to a question that says whose', async () => {
  await using command = world.companion.begin(['agents', 'add', 'Job scout', '--account', own, '--json'])
  await using shown = await world.extension.prompt()
  const { text } = await shown.question('Terminal', 'add agent Job scout')
  expect(text).toContain(`May ask forOnly ${own}`)
  expect(text).toContain('No session of this account is saved yet.')
  await shown.press('Approve')
  const { token } = await command.line(granted)
  await shown.close()
  await command.ended
  expect(command.stderr()).toContain(`No session of an account ${own} is saved yet`)
  expect(await accountOf('Job scout')).toBe(own)
  scout = await connectAgent(world.companion, token)
})

test('it saves of that account once she says yes, and its prompt and its row in the popup say so', async () => {
  const called = scout.call('save_session')
  await using shown = await world.extension.prompt()
  const { text } = await shown.question('Job scout', 'save_session')
  expect(text).toContain('The only account that this agent may ask for.')
  await shown.press('Approve')
  expect((await called).structuredContent).toMatchObject({ saved: true, account: own, version: 1 })
  await shown.close()
  await using popup = await world.extension.openPopup(world.tab)
  expect(await popup.text()).toContain(`Only for ${own}`)
})

test("another account's tab is refused at once, in plain words and by either name of the tool; who may ask for any is asked about", async () => {
  await world.signIn(other)
  for (const tool of ['save_session', 'manual_login']) {
    expect(await refused(tool)).toMatchObject({
      saved: false,
      code: 'wrong_account',
      reason: `The Upwork tab is ${other}'s, and this agent is only for ${own}.`,
    })
  }
  const called = free.call('save_session')
  await using shown = await world.approve('Invoices', 'save_session')
  expect((await called).structuredContent).toMatchObject({ saved: true, account: other, version: 1 })
  await shown.close()
  expect(await status(scout)).toMatchObject({ saved: true, account: own, version: 1 })
  expect(await status(free)).toMatchObject({ saved: true, account: other, version: 1 })
})

test('a policy that lets saves run without asking lets none run of another account', async () => {
  const tools = { save_session: {}, session_status: {} }
  await proposePolicy(world.companion, { version: '1', default: 'deny', tools })
  await using accepted = await world.approve('Terminal', 'accept policy')
  await accepted.says('status', 'in force')
  await accepted.close()
  expect(await refused()).toMatchObject({ code: 'wrong_account' })
  expect(await unasked(world, free)).toBe(2)
  await world.signIn(own)
  expect(await unasked(world, scout)).toBe(2)
})

test('it is for another account, or for any, only after a yes', async () => {
  const { companion } = world
  for (const [args, action] of [
    [['pin', 'Job scout', other], 'pin agent Job scout'],
    [['unpin', 'Job scout'], 'unpin agent Job scout'],
  ] as const) {
    await using command = companion.begin(['agents', ...args])
    await using shown = await world.extension.prompt()
    const { text } = await shown.question('Terminal', action)
    expect(text).toContain(`Until nowOnly ${own}`)
    await shown.press('Deny')
    expect((await command.ended).code).toBe(1)
    await shown.close()
  }
  expect(await accountOf('Job scout')).toBe(own)
})
