import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, connectHttpAgent, type Agent } from '../support/agent.ts'
import { openPrompts } from '../support/page-messages.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// She may take her time. Clients can't: some give up after a minute, some only when they hear nothing. None of them loses her yes.

const account = 'example-freelancer'
const jumpingClock = new URL('../support/jumping-clock.mjs', import.meta.url).href
const pending = z.strictObject({
  saved: z.literal(false),
  code: z.literal('approval_pending'),
  reason: z.string(),
  next: z.string().min(1),
  approvalId: z.uuid(),
})

let world: World
let silent: Agent
let pid: number
beforeAll(async () => {
  world = await openWorld({ env: { NODE_OPTIONS: `--import=${jumpingClock}` } })
  await world.signIn(account)
  await world.pair()
  silent = await connectAgent(world.companion, await world.grant('Silent one'))
  pid = (await statusOf(world.companion)).companion.pid
})
afterAll(async () => {
  await silent.close()
  await world.close()
})

const versions = async (): Promise<number> =>
  Number((await silent.call('session_status')).structuredContent?.['version'] ?? 0)
const waitingNow = async (): Promise<number> => (await statusOf(world.companion)).pending
/** Three minutes later, as after a suspend. */
const threeMinutes = async (): Promise<void> => {
  process.kill(pid, 'SIGUSR2')
  await statusOf(world.companion)
}

test(
  'three real clients at once: one that hears of progress, one that does not, one that gives up after a minute',
  { timeout: 120_000 },
  async () => {
    await using told = await connectHttpAgent(world.companion, await world.grant('Told one'))
    await using hasty = await connectAgent(world.companion, await world.grant('Hasty one'))
    const began = performance.now()
    const since = () => performance.now() - began

    // Each with the sixty seconds that the SDK has by itself.
    const heard: number[] = []
    const silentAsked = silent.call('save_session', { reason: 'No progress, please.' })
    await using shown = await world.extension.prompt()
    await shown.question('Silent one', 'save_session')
    const toldAsked = told.call('save_session', {}, { progress: ({ progress }) => heard.push(progress) })
    await until('two ask', async () => (await waitingNow()) === 2)
    const hastyAsked = hasty.call('save_session', {}, { progress: () => undefined, patient: false }).then(
      () => 'answered',
      (error: unknown) => String(error),
    )
    await until('three ask', async () => (await waitingNow()) === 3)

    // One on the screen, the others counted.
    expect((await shown.text()).match(/\d more waiting/)?.[0]).toBe('2 more waiting')
    const first = await silentAsked
    expect(first.isError).toBe(true)
    const { approvalId } = pending.parse(first.structuredContent)
    expect((await openPrompts(shown.page, 3))[0]?.id).toBe(approvalId)
    expect(since()).toBeGreaterThan(44_000)
    expect(since()).toBeLessThan(50_000)

    expect(await hastyAsked).toContain('timed out')
    expect(since()).toBeGreaterThan(59_000)
    await until('its question is gone', async () => (await waitingNow()) === 2, { seconds: 1 })
    await until('it is counted no more', async () => (await shown.text()).includes('1 more waiting'), { seconds: 1 })

    // Her yes comes when nobody waits for it: it happens at once, and the outcome waits for the same call, once.
    expect((await shown.question('Silent one')).name).toContain('save_session')
    await shown.press('Approve')
    await until('it is saved', async () => (await versions()) === 1)
    const taken = await silent.call('manual_login', { reason: 'Words don’t count.' })
    expect(taken).toMatchObject({ isError: false, structuredContent: { saved: true, account, version: 1 } })

    // The patient one has heard of progress for more than its minute, and is answered as soon as she has.
    await shown.question('Told one', 'save_session')
    expect(heard.length).toBeGreaterThanOrEqual(6)
    await shown.press('Approve')
    expect(await toldAsked).toMatchObject({ isError: false, structuredContent: { saved: true, version: 2 } })
    expect(since()).toBeGreaterThan(60_000)

    // Taken once: the next call is a new question.
    const anew = silent.call('save_session')
    await using again = await world.deny('Silent one', 'save_session')
    expect((await anew).structuredContent).toMatchObject({ code: 'approval_denied' })
    expect(await again.says('status', 'Denied')).toBeDefined()
    expect(await versions()).toBe(2)
  },
)

describe('a client that hears of progress', () => {
  test('is told to come back after three minutes; then it may go, and a late no waits for it as a yes does', async () => {
    const before = await versions()
    const token = await world.grant('Leaving one')
    const leaving = await connectAgent(world.companion, token)
    const asked = leaving.call('save_session', {}, { progress: () => undefined })
    await using shown = await world.extension.prompt()
    await shown.question('Leaving one', 'save_session')
    await threeMinutes()
    expect(pending.parse((await asked).structuredContent).code).toBe('approval_pending')

    // Gone for good: what it was told to come back for stays.
    await leaving.close()
    await shown.question('Leaving one', 'save_session')
    expect(await waitingNow()).toBe(1)
    await shown.fill('Reason', 'Not today.')
    await shown.press('Deny')
    await shown.says('status', 'Denied')

    await using back = await connectHttpAgent(world.companion, token)
    const outcome = await back.call('save_session')
    expect(outcome.structuredContent).toMatchObject({
      code: 'approval_denied',
      reason: 'The person said no: Not today.',
    })
    expect(await versions()).toBe(before)
    expect(await waitingNow()).toBe(0)
  })

  test('finds nothing after ten minutes, and its call is a new question', async () => {
    const asked = silent.call('save_session', {}, { progress: () => undefined })
    await using shown = await world.extension.prompt()
    await shown.question('Silent one', 'save_session')
    await threeMinutes()
    pending.parse((await asked).structuredContent)
    await shown.press('Approve')
    const version = await until('it is saved', async () => (await waitingNow()) === 0 && (await versions()))
    for (let times = 0; times < 4; times += 1) await threeMinutes()
    const again = silent.call('save_session')
    await using anew = await world.deny('Silent one', 'save_session')
    expect((await again).structuredContent).toMatchObject({ code: 'approval_denied' })
    expect(await anew.says('status', 'Denied')).toBeDefined()
    expect(await versions()).toBe(version)
  })
})
