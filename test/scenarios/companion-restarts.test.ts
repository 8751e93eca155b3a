import { expect, test } from 'vitest'
import { z } from 'zod'
import { until } from '../support/until.ts'
import { openWorld } from '../support/world.ts'

// The companion may be killed at any line. What was under way is answered for, and everybody finds the next one.

const row = z.object({ kind: z.string(), tool: z.string().nullable(), outcome: z.string() })
const status = z.object({ sessions: z.int(), agents: z.int(), browsers: z.array(z.object({ connected: z.boolean() })) })

test('killed in the middle of a question: the agent is told, and its next call goes through', async () => {
  await using world = await openWorld()
  const { companion, extension } = world
  await world.signIn('example-freelancer')
  await world.pair()
  await using agent = await world.addAgent('Story agent')

  const lost = agent.call('save_session', { reason: 'before the companion is killed' })
  const prompt = await extension.prompt()
  await prompt.question('Story agent', 'save_session')
  await companion.kill()
  expect(await lost).toMatchObject({ isError: true, structuredContent: { saved: false, code: 'companion_restarted' } })

  await companion.start()
  expect(await agent.call('session_status')).toMatchObject({ structuredContent: { saved: false, state: 'none' } })
  const now = async () => status.parse(JSON.parse((await companion.run(['status', '--json'])).stdout))
  await until('the browser is back', async () => (await now()).browsers.some(({ connected }) => connected), {
    seconds: 45,
  })

  const saved = agent.call('save_session', { reason: 'after' })
  await world.approve('Story agent', 'save_session')
  expect(await saved).toMatchObject({ structuredContent: { saved: true, account: 'example-freelancer', version: 1 } })
  expect(await now()).toMatchObject({ sessions: 1, agents: 1 })

  const rows = (await companion.run(['ledger', 'list', '--json'])).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => row.parse(JSON.parse(line)))
  const interrupted = rows.filter(({ kind }) => kind === 'interrupted')
  expect(interrupted).toEqual([{ kind: 'interrupted', tool: 'save_session', outcome: 'interrupted' }])
})

test('a token that is taken back is of no use at once', async () => {
  await using world = await openWorld()
  const { companion } = world
  await world.signIn('example-freelancer')
  await world.pair()
  await using agent = await world.addAgent('Story agent')
  expect(await agent.call('session_status')).toMatchObject({ structuredContent: { saved: false } })

  const waiting = agent.call('save_session')
  await (await world.extension.prompt()).question('Story agent', 'save_session')
  expect(await companion.run(['agents', 'revoke', 'story agent', '--json'])).toMatchObject({ code: 0, stderr: '' })
  expect(await waiting).toMatchObject({ isError: true, structuredContent: { saved: false } })
  expect((await companion.run(['agents', 'list', '--json'])).stdout).toBe('[]\n')

  const relay = await companion.run(['mcp', '--agent', 'Story agent'], { input: '' })
  expect(relay.code).toBe(1)
})

test('an agent may come by its token file, and finds no companion running', async () => {
  await using world = await openWorld()
  const { companion } = world
  await world.pair()
  const agent = await world.addAgent('Story agent')
  await agent.close()
  await companion.stop()

  const { code, stdout } = await companion.run(['mcp', '--agent', 'Story agent'], {
    input: [
      { jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
    ]
      .map((message) => `${JSON.stringify(message)}\n`)
      .join(''),
  })
  expect(code).toBe(0)
  const answers = stdout.split('\n').filter((line) => line !== '')
  expect(answers).toHaveLength(2)
  expect(answers[1]).toContain('"save_session"')
})

const initialize = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'a script with a pipe', version: '1' },
}
