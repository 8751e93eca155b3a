import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, connectHttpAgent } from '../support/agent.ts'
import { statusOf } from '../support/status.ts'
import { until, within } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// An agent keeps its token and its name until she says otherwise; then the old ones are worth nothing.

const granted = z.strictObject({ label: z.string(), token: z.string() })
const agents = z.array(z.looseObject({ id: z.string(), label: z.string() }))

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.signIn('example-freelancer')
  await world.pair()
})
afterAll(() => world.close())

const list = async () => agents.parse(JSON.parse((await world.companion.run(['agents', 'list', '--json'])).stdout))
const labels = async () => (await list()).map(({ label }) => label)
const tokenIn = async (label: string): Promise<string> =>
  (await readFile(join(world.companion.home, 'agents', `${label}.token`), 'utf8')).trim()
const comesIn = async (token: string): Promise<boolean> => {
  const { code } = await world.companion.run(['mcp'], { env: { COUNTERSIGN_TOKEN: token }, input: '' })
  return code === 0
}

describe('a new token', () => {
  test('comes only after her yes: a no leaves the old one as it was', async () => {
    const token = await world.grant('Job scout')
    await using agent = await connectAgent(world.companion, token)
    await using command = world.companion.begin(['agents', 'rotate', 'Job scout', '--json'])
    await using shown = await world.deny('Terminal', 'rotate agent Job scout')
    expect((await command.ended).code).toBe(1)
    expect((await agent.call('session_status')).isError).toBe(false)
    expect(await tokenIn('Job scout')).toBe(token)
    await shown.close()
  })

  test('cuts off within a second whatever holds the old one, over either transport, its waiting call included', async () => {
    const { companion } = world
    const old = await tokenIn('Job scout')
    const before = await list()
    await using onStdio = await connectAgent(companion, old)
    await using overHttp = await connectHttpAgent(companion, old)
    expect((await overHttp.call('session_status')).isError).toBe(false)
    const waiting = onStdio.call('save_session')
    await using shown = await world.extension.prompt()
    await shown.question('Job scout', 'save_session')
    await using command = companion.begin(['agents', 'rotate', 'job scout', '--json'])
    await until('the terminal asks, too', async () => (await shown.text()).includes('1 more waiting'))
    await shown.press('Deny')
    expect((await waiting).structuredContent).toMatchObject({ code: 'approval_denied' })
    const again = onStdio.call('save_session')
    const { text } = await shown.question('Terminal', 'rotate agent Job scout')
    expect(text).toContain('Whatever uses the old one is cut off at once.')
    await shown.press('Approve')

    const { label, token } = await command.line(granted)
    const end = await within(1, 'the end of the call', again)
    expect(end.structuredContent).toMatchObject({ code: 'unauthorized' })
    await expect(within(1, 'the refusal', overHttp.call('session_status'))).rejects.toThrow('Unauthorized')
    expect({ label, same: token === old, file: await tokenIn('Job scout') }).toEqual({
      label: 'Job scout',
      same: false,
      file: token,
    })
    expect([await comesIn(old), await comesIn(token)]).toEqual([false, true])
    expect((await list()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    await shown.close()
  })

  test('holds after the companion was killed, and leaves nothing else in the folder', async () => {
    const { companion } = world
    const token = await tokenIn('Job scout')
    await companion.kill()
    await companion.start()
    expect(await comesIn(token)).toBe(true)
    expect(await readdir(join(companion.home, 'agents'))).toEqual(['Job scout.token'])
  })
})

describe('a new name', () => {
  test('comes only after her yes, and not when another has it', async () => {
    const { companion } = world
    await until('the browser is connected', async () => (await statusOf(companion)).browsers[0]?.connected, {
      seconds: 45,
    })
    await world.grant('Cursor')
    for (const [to, code] of [
      ['JOB SCOUT', 'label_taken'],
      ['Terminal', 'label_invalid'],
    ] as const) {
      const { stdout } = await companion.run(['agents', 'rename', 'Cursor', to, '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ error: { code } })
    }
    await using command = companion.begin(['agents', 'rename', 'Cursor', 'Invoices', '--json'])
    await using shown = await world.deny('Terminal', 'rename agent Cursor')
    expect((await command.ended).code).toBe(1)
    expect(await labels()).toEqual(['Job scout', 'Cursor'])
    await shown.close()
  })

  test('is that of the same agent, also for what is connected already', async () => {
    const { companion } = world
    const token = await tokenIn('Cursor')
    const [, before] = await list()
    await using agent = await connectAgent(companion, token)
    await using command = companion.begin(['agents', 'rename', 'cursor', 'Invoices', '--json'])
    await using shown = await world.approve('Terminal', 'rename agent Cursor')
    expect(await command.line(z.looseObject({}))).toEqual({ renamed: 'Cursor', label: 'Invoices' })
    await shown.close()
    expect(await list()).toMatchObject([{ label: 'Job scout' }, { id: before?.id, label: 'Invoices' }])
    expect((await readdir(join(companion.home, 'agents'))).toSorted()).toEqual(['Invoices.token', 'Job scout.token'])
    expect(await tokenIn('Invoices')).toBe(token)

    const asked = agent.call('save_session')
    await using prompt = await world.deny('Invoices', 'save_session')
    expect((await asked).structuredContent).toMatchObject({ code: 'approval_denied' })
    await prompt.close()
    await companion.kill()
    await companion.start()
    expect([await labels(), await comesIn(token)]).toEqual([['Job scout', 'Invoices'], true])
  })
})
