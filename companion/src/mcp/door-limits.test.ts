import { refusal } from '@countersign/shared/errors'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { openTab, signedIn, tempHouse } from '../testing/temp-house.ts'
import type { Refused } from '../access/save.ts'
import { describeSaves } from '../access/save-subjects.ts'
import { answerShape } from './answer.ts'
import { createCallGuard } from './call-guard.ts'
import { createCallRecord } from './call-record.ts'
import { createDoor } from './door.ts'
import { tool, type ToolContext } from './tool.ts'

const refused: Refused = { kind: 'refused', ...refusal('capture_failed') }

/** A door to one tool that writes, under these rules; what it does is for the test to say. */
const setUp = async (rules: object, more: object = {}) => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', tools: { send_message: rules }, ...more }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const house = await tempHouse(read.file)
  const { asks, authorize, browser, broker, calls, gate, ledger, pinnedTo, time, vault } = house
  openTab(browser, signedIn())
  const ran: string[] = []
  const does: { now(context: ToolContext): Promise<Refused | undefined> } = { now: async () => undefined }
  const sendMessage = tool({
    name: 'send_message',
    title: 'Send a message',
    description: 'Sends it.',
    kind: 'write',
    input: z.strictObject({ text: z.string() }),
    output: answerShape,
    args: ({ text }) => ({ text }),
    subjects: describeSaves(vault, pinnedTo),
    run: async ({ text }, context) => {
      const instead = await does.now(context)
      if (instead !== undefined) return instead
      ran.push(text)
      return { kind: 'answer', data: { saved: false }, text: 'Sent.' }
    },
  })
  const record = createCallRecord({ ledger, time })
  const faults: unknown[] = []
  const onFault = (thrown: unknown) => void faults.push(thrown)
  const guard = createCallGuard(time)
  const parts = { guard, authorize, calls, record, gate, asks, pinnedTo, time }
  const door = createDoor({ ...parts, tools: [sendMessage], patience: 600, onFault })
  const call = async (text: string, by: { grant?: string; connection?: string; signal?: AbortSignal } = {}) => {
    const { grant = 'g1', connection = 'c1', signal = new AbortController().signal } = by
    const { structuredContent } = await door({
      grant: { id: grant, label: grant, revoked: new AbortController().signal },
      connection,
      claim: null,
      name: 'send_message',
      raw: { text },
      signal,
    })
    return z.looseObject({ code: z.string().optional() }).parse(structuredContent)
  }
  const answer = async (how: 'approve' | 'deny') =>
    broker.answer(browser, await browser.sign(await browser.prompted(), how))
  return { ...house, call, does, ran, answer, faults }
}
const once = { limits: [{ counter: 'c', window: 'minute', max: 1, scope: 'grant' }] }
const asksOnce = { ...once, require_approval: true }

describe('a limit on the road', () => {
  it('lets so many calls run, then refuses with the rule, the limit and the seconds, and lets go as its window slides', async () => {
    const { call, ran, time } = await setUp({ rate_limit: { max: 3, window: 90 } })
    for (const text of ['1', '2', '3']) await call(text)
    time.advance(30_000)
    expect(await call('4')).toMatchObject({
      code: 'rate_limited',
      rule: '/tools/send_message/rate_limit',
      reason: 'The policy allows this at most 3 times in 90 seconds for each agent.',
      next: 'Wait for retryAfter seconds, then call again.',
      retryAfter: 60,
    })
    time.advance(60_000)
    await call('5')
    expect(ran).toEqual(['1', '2', '3', '5'])
  })

  it('counts each grant for itself, and its connections together', async () => {
    const { call, ran } = await setUp(once)
    await call('1')
    expect(await call('2', { connection: 'c2' })).toMatchObject({ code: 'rate_limited' })
    await call('3', { grant: 'g2' })
    expect(ran).toEqual(['1', '3'])
  })

  it('counts each connection for itself where the rule says so', async () => {
    const { call, ran } = await setUp({ limits: [{ ...once.limits[0], scope: 'agent_session' }] })
    await call('1')
    await call('2')
    await call('3', { connection: 'c2' })
    expect(ran).toEqual(['1', '3'])
  })

  it('lets no more through when the calls come all at once', async () => {
    const { call, ran } = await setUp(
      { rate_limit: '3/minute' },
      { all_tools: { limits: [{ ...once.limits[0], max: 5 }] } },
    )
    const results = await Promise.all([...Array(8).keys()].map((index) => call(String(index))))
    expect(ran).toHaveLength(3)
    expect(results.filter(({ code }) => code === 'rate_limited')).toHaveLength(5)
  })

  it('refuses before anybody is asked', async () => {
    const { call, answer, broker, ran } = await setUp(asksOnce)
    const first = call('1')
    await answer('approve')
    await first
    expect(await call('2')).toMatchObject({ code: 'rate_limited', rule: '/tools/send_message/limits/0' })
    expect(broker.pending()).toBe(0)
    expect(ran).toEqual(['1'])
  })

  it('is held by a call that waits for its answer', async () => {
    const { call, answer, browser } = await setUp(asksOnce)
    const first = call('1')
    await browser.prompted()
    expect(await call('2')).toMatchObject({ code: 'rate_limited', retryAfter: 60 })
    await answer('approve')
    expect(await first).not.toHaveProperty('code')
  })
})

describe('a call that never ran', () => {
  it('does not count when the person said no', async () => {
    const { call, answer, ran } = await setUp(asksOnce)
    const first = call('1')
    await answer('deny')
    expect(await first).toMatchObject({ code: 'approval_denied', rule: '/tools/send_message/require_approval' })
    const second = call('2')
    await answer('approve')
    await second
    expect(ran).toEqual(['2'])
  })

  it('does not count when the agent withdrew it', async () => {
    const { call, answer, browser, ran } = await setUp(asksOnce)
    const ends = new AbortController()
    const first = call('1', { signal: ends.signal })
    await browser.prompted()
    ends.abort()
    await first
    const second = call('2')
    await answer('approve')
    await second
    expect(ran).toEqual(['2'])
  })

  it('does not count when nobody could be asked, or all agents are paused', async () => {
    const { call, answer, browsers, browser, pause, ran } = await setUp(asksOnce)
    browsers.lose(browser)
    expect(await call('1')).toMatchObject({ code: 'browser_not_connected' })
    browsers.connect(browser)
    await pause.pause('Terminal')
    expect(await call('2')).toMatchObject({ code: 'paused' })
    await pause.resume('One')
    const third = call('3')
    await answer('approve')
    await third
    expect(ran).toEqual(['3'])
  })

  it('does not count when its tool refused to', async () => {
    const { call, does, ran } = await setUp(once)
    does.now = async () => refused
    expect(await call('1')).toMatchObject({ code: 'capture_failed' })
    does.now = async () => undefined
    await call('2')
    expect(ran).toEqual(['2'])
  })

  it('counts when nobody can tell whether it did', async () => {
    const { call, does, faults } = await setUp(once)
    does.now = async () => {
      throw new Error('In the middle of it')
    }
    expect(await call('1')).toMatchObject({ code: 'internal' })
    expect(await call('2')).toMatchObject({ code: 'rate_limited' })
    expect(faults).toHaveLength(1)
  })
})

describe('a call that is asked anew, since what was shown has changed', () => {
  it('counts once, or not at all when nothing comes of it', async () => {
    const { call, answer, does, ran } = await setUp(asksOnce)
    does.now = async ({ again }) => {
      const road = await again(60)
      return road.kind === 'refused' ? { kind: 'refused', ...road.refusal } : undefined
    }
    const ask = async (last: 'approve' | 'deny', text: string) => {
      const calling = call(text)
      await answer('approve')
      await answer(last)
      return calling
    }
    expect(await ask('deny', '1')).toMatchObject({ code: 'approval_denied' })
    const askAnew = does.now
    does.now = async (context) => (await askAnew(context)) ?? refused
    expect(await ask('approve', '2')).toMatchObject({ code: 'capture_failed' })
    does.now = askAnew
    expect(await ask('approve', '3')).not.toHaveProperty('code')
    expect(await call('4')).toMatchObject({ code: 'rate_limited' })
    expect(ran).toEqual(['3'])
  })
})

describe('the rules', () => {
  it('see the arguments as they came', async () => {
    const { call, ran } = await setUp({
      deny_if: [
        { conditions: [{ path: 'args.text', op: 'regex', value: '(?i)telegram' }], on_deny: 'Stay on Upwork.' },
      ],
      require: ['args.text'],
    })
    expect(await call('My Telegram is @me')).toMatchObject({
      code: 'policy_denied',
      rule: '/tools/send_message/deny_if/0',
      reason: 'Stay on Upwork.',
    })
    expect(await call(' ')).toMatchObject({ code: 'policy_denied', rule: '/tools/send_message/require/0' })
    await call('Hello')
    expect(ran).toEqual(['Hello'])
  })
})
