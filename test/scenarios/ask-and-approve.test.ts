import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, type Agent } from '../support/agent.ts'
import { answerTo, askWorker, openPrompts } from '../support/page-messages.ts'
import type { Surface } from '../support/surface.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createCompanion } from '../support/companion.ts'
import { until, within } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// An agent asks, she answers, and whatever happens meanwhile the agent hears one thing that it can act on.

const account = 'example-freelancer'
const receipt = z.strictObject({
  saved: z.literal(true),
  account: z.string(),
  cookies: z.int(),
  origins: z.int(),
  savedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  version: z.int(),
  ledgerEntry: z.int(),
})
const refusal = z.strictObject({
  saved: z.literal(false),
  code: z.string(),
  reason: z.string(),
  next: z.string().min(1),
  approvalId: z.uuid(),
  rule: z.string(),
})

let world: World
let token: string
let agent: Agent

beforeAll(async () => {
  world = await openWorld()
  await world.signIn(account)
  await world.pair()
  token = await world.grant('Job scout')
  agent = await connectAgent(world.companion, token)
})
afterAll(async () => {
  await agent.close()
  await world.close()
})

const prompt = () => world.extension.prompt()
const isGone = (shown: Surface) =>
  until('the question is gone', async () => (await shown.find('article')) === undefined, { seconds: 1 })
const saved = async (): Promise<number> =>
  Number((await agent.call('session_status')).structuredContent?.['version'] ?? 0)

describe('a yes', () => {
  test.each(['save_session', 'manual_login'])(
    'to %s saves the session, and gives counts and times of it',
    async (tool) => {
      const before = await saved()
      const asked = agent.call(tool, { reason: 'To look for jobs.' })
      await using shown = await prompt()
      const { text } = await shown.question('Job scout', 'save_session')
      expect(text).toContain('“To look for jobs.”')
      await shown.press('Approve')

      const { isError, content, structuredContent } = await asked
      expect(isError).toBe(false)
      expect(receipt.parse(structuredContent)).toMatchObject({ saved: true, account, origins: 1, version: before + 1 })
      expect(structuredContent?.['cookies']).toBeGreaterThan(8)
      expect(content[0]?.text).toContain(`version ${before + 1}`)
      expect(await shown.says('status', 'Saved')).toContain(`version ${before + 1}`)
    },
  )

  test('is what session_status tells of afterwards, without a question', async () => {
    const { structuredContent } = await agent.call('session_status')
    expect(structuredContent).toMatchObject({ saved: true, state: 'fresh', account, version: 2 })
    expect(world.extension.surfaces()).toBe(0)
  })
})

describe('a no', () => {
  test('reaches the agent with her reason, a code and the next step, and saves nothing', async () => {
    const before = await saved()
    const asked = agent.call('save_session', { reason: 'To look for jobs.' })
    await using shown = await prompt()
    await shown.question('Job scout', 'save_session')
    await shown.fill('Reason', 'Not while I write a proposal.')
    await shown.press('Deny')

    const { isError, content, structuredContent } = await asked
    expect(isError).toBe(true)
    expect(refusal.parse(structuredContent)).toMatchObject({
      code: 'approval_denied',
      reason: 'The person said no: Not while I write a proposal.',
    })
    expect(content[0]?.text).toContain('Not while I write a proposal.')
    await shown.says('status', 'Denied')
    expect(await saved()).toBe(before)
  })
})

describe('an agent that does not wait for the answer', () => {
  test('takes the question away within a second by cancelling, and a late answer saves nothing', async () => {
    const before = await saved()
    const giveUp = new AbortController()
    const asked = agent.call('save_session', {}, { signal: giveUp.signal }).catch(() => 'cancelled')
    await using shown = await prompt()
    await shown.question('Job scout', 'save_session')
    const [open] = await openPrompts(shown.page)
    if (open === undefined) throw new Error('There is no question.')
    const late = await answerTo(open)
    giveUp.abort()
    expect(await asked).toBe('cancelled')
    await isGone(shown)
    await shown.says('status', 'withdrawn')
    expect(await askWorker(shown.page, late)).toMatchObject({ kind: 'refused', code: 'approval_stale' })
    expect(await saved()).toBe(before)
  })

  test('takes the question away by going', async () => {
    const leaving = await connectAgent(world.companion, token)
    const asked = leaving.call('save_session').catch(() => 'gone')
    await using shown = await prompt()
    await shown.question('Job scout', 'save_session')
    await leaving.close()
    expect(await asked).toBe('gone')
    await isGone(shown)
  })
})

describe('calls at the same time', () => {
  test('share one question and its answer when they are the same, by either name and for any reason', async () => {
    const before = await saved()
    await using other = await connectAgent(world.companion, token)
    const first = agent.call('save_session', { reason: 'The first.' })
    await using shown = await prompt()
    await shown.question('Job scout', 'save_session')
    const second = agent.call('manual_login', { reason: 'The second.' })
    const third = other.call('save_session')
    await other.call('session_status')
    await shown.press('Approve')

    const answers = await Promise.all([first, second, third])
    expect(answers.map(({ structuredContent }) => structuredContent?.['version'])).toEqual(Array(3).fill(before + 1))
    expect(await saved()).toBe(before + 1)
  })

  test('are refused as busy when the same asker wants something else meanwhile', async () => {
    await using folder = await temporaryFolder('export')
    const exporting = ['export', '--format', 'playwright', '--json', '--out']
    await using first = world.companion.begin([...exporting, join(folder.path, 'a.json')])
    await using shown = await prompt()
    await shown.question('Terminal', 'export')
    const second = await world.companion.run([...exporting, join(folder.path, 'b.json')])
    expect(second.code).toBe(1)
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'approval_busy' } })
    await shown.press('Deny')
    expect((await first.ended).code).toBe(1)
    expect(await readdir(folder.path)).toEqual([])
  })
})

describe('who asks', () => {
  test('is who the person named it, whatever it calls itself', async () => {
    await using pretender = await world.addAgent('Invoices', 'Job scout')
    const asked = pretender.call('save_session')
    await using shown = await prompt()
    const { name, text } = await shown.question('save_session')
    expect(name).toBe('Invoices asks: save_session')
    expect(text).toContain('It says it is Job scout')
    await shown.press('Deny')
    expect((await asked).structuredContent?.code).toBe('approval_denied')
  })

  test('is nobody with a name that is no tool’s, even by a letter’s case', async () => {
    const { isError, structuredContent } = await agent.call('Save_Session')
    expect(isError).toBe(true)
    expect(structuredContent).toMatchObject({ saved: false, code: 'unknown_tool', rule: '(default deny)' })
    expect(world.extension.surfaces()).toBe(0)
  })

  test('is cut off within a second when its grant is taken back, and stays out', async () => {
    const taken = await world.grant('Short lived')
    await using shortLived = await connectAgent(world.companion, taken)
    const asked = shortLived.call('save_session')
    await using shown = await prompt()
    await shown.question('Short lived', 'save_session')
    expect((await world.companion.run(['agents', 'revoke', 'Short lived'])).code).toBe(0)

    const answer = await within(1, 'the end of the call', asked)
    expect(answer.structuredContent).toMatchObject({ saved: false, code: 'unauthorized' })
    await isGone(shown)
    const input = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`
    const again = await world.companion.run(['mcp'], { env: { COUNTERSIGN_TOKEN: taken }, input })
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 1, stdout: '' })
  })
})

describe('without an answer', () => {
  test('the call ends at the deadline with a no; until then progress comes to who asked for it', async () => {
    await using hurried = await openWorld({ env: { COUNTERSIGN_PROMPT_SECONDS: '12' } })
    await hurried.signIn(account)
    await hurried.pair()
    const asking = await hurried.addAgent('Job scout')
    const heard: number[] = []
    const asked = asking.call('save_session', {}, { progress: ({ progress }) => heard.push(progress) })
    await using shown = await hurried.extension.prompt()
    expect((await shown.question('Job scout')).text).toMatch(/Waits \d+ more seconds/)

    const { isError, structuredContent } = await asked
    expect(isError).toBe(true)
    expect(structuredContent).toMatchObject({ saved: false, code: 'approval_timed_out' })
    expect(heard).toEqual([10])
    await shown.says('status', 'Nobody answered in time')
    expect((await asking.call('session_status')).structuredContent).toMatchObject({ saved: false, state: 'none' })

    await hurried.chromium.close()
    await until('the companion has noticed that the browser is gone', async () => {
      const { stdout } = await hurried.companion.run(['status', '--json'])
      return stdout.includes('"connected":false')
    })
    const away = await within(2, 'the answer', asking.call('save_session'))
    expect(away.structuredContent).toMatchObject({ saved: false, code: 'browser_not_connected' })
  })

  test('nobody is asked before a browser is paired', async () => {
    await using companion = await createCompanion()
    const { code, stdout, stderr } = await companion.run(['agents', 'add', 'Job scout', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not_paired' } })
    expect(stderr).toBe('No browser is paired. Run `countersign pair`.\n')
  })
})
