import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import { whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { asked, takenBack, unasked } from '../support/whether-asked.ts'
import { openWorld, type World } from '../support/world.ts'

// Her policy lets saves run without asking. It is she who says of whose session.

const account = 'example-freelancer'
const feed = 'https://www.upwork.com/nx/find-work/best-matches'

let world: World
let agent: Agent
beforeAll(async () => {
  world = await openWorld()
  await world.signIn(account)
  await world.pair()
  agent = await world.addAgent('Job scout')
  const called = agent.call('save_session')
  await using shown = await world.approve('Job scout', 'save_session')
  await called
  await shown.close()
})
afterAll(() => world.close())

const open = { version: '1', default: 'deny', tools: { save_session: {}, session_status: {} } }
const propose = async (policy: object) => {
  const path = join(world.companion.home, 'policy.json')
  await writeFile(path, JSON.stringify(policy))
}

test('covers the accounts that its question named, and a further one after a yes that says so', async () => {
  await propose(open)
  const accepted = await world.approve('Terminal', 'accept policy')
  await accepted.says('status', 'in force')
  await accepted.close()
  expect(await unasked(world, agent)).toBe(2)

  await world.signIn('third-example')
  const called = agent.call('save_session')
  await using shown = await world.extension.prompt()
  const { text } = await shown.question('Job scout', 'save_session')
  expect(text).toContain('A yes covers this one, too')
  expect(await shown.find('radio')).toBeUndefined()
  await shown.press('Approve')
  expect((await called).structuredContent).toMatchObject({ saved: true, account: 'third-example', version: 1 })
  await shown.close()
  expect(await unasked(world, agent)).toBe(2)
})

test('covers no account that was not said yes to, and no sign-in that is uncertain', async () => {
  await world.signIn('second-example')
  expect(await asked(world, agent)).toBe(takenBack)
  await world.signIn('third-example')
  await world.tab.goto('https://www.upwork.com/ab/account-security/login')
  expect(await asked(world, agent)).toBe(takenBack)
  await world.tab.goto(feed)
  expect(await unasked(world, agent)).toBe(3)
})

test('goes on after a restart, and ends at once where a policy asks again', async () => {
  await world.companion.stop()
  await world.companion.start()
  await whenConnected(world.companion, 45)
  expect(await unasked(world, agent)).toBe(4)
  await propose({ ...open, tools: { ...open.tools, save_session: { require_approval: true } } })
  await until('it asks', async () => {
    const explained = await world.companion.run(['policy', 'explain', '--tool', 'save_session', '--json'])
    return explained.stdout.includes('"ask"')
  })
  expect(await asked(world, agent)).toBe(takenBack)
})

test('a look that a policy asks about shows what is called, and runs unasked on a yes that lasts', async () => {
  const looks = { save_session: { require_approval: true }, session_status: { require_approval: true } }
  await propose({ ...open, tools: looks })
  await until('looking asks', async () => {
    const explained = await world.companion.run(['policy', 'explain', '--tool', 'session_status', '--json'])
    return explained.stdout.includes('"ask"')
  })
  const called = agent.call('session_status')
  await using shown = await world.extension.prompt()
  const { text } = await shown.question('Job scout', 'session_status')
  expect(text).toContain('It is called without arguments.')
  expect(text).not.toContain('Only with these same arguments')
  await shown.press('Until the browser closes', 'radio')
  await shown.press('Approve')
  const saved = { saved: true, account: 'third-example', version: 4 }
  expect((await called).structuredContent).toMatchObject(saved)
  await shown.close()
  expect(await unasked(world, agent, 'session_status')).toBe(4)
  expect(await asked(world, agent)).toBe(takenBack)
})
