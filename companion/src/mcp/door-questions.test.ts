import { readPolicy } from '@countersign/shared/policy/read-policy'
import { describe, expect, it } from 'vitest'
import { openTab, signedIn, tempHouse } from '../testing/temp-house.ts'
import { describeSaves } from '../access/save-subjects.ts'
import { createCallGuard } from './call-guard.ts'
import { createCallRecord } from './call-record.ts'
import { createDoor } from './door.ts'
import type { Progress } from './progress.ts'
import { createTools } from './tools.ts'

const second = 1000

/** A door to our own tools, under these rules. */
const setUp = async (tools: object) => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', tools }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const house = await tempHouse(read.file)
  const { browser, broker, ledger, observations, pinnedTo, saves, time, vault } = house
  openTab(browser, signedIn())
  const door = createDoor({
    ...house,
    tools: createTools({ saves, vault, observations, pinnedTo, time, describeSaves: describeSaves(vault, pinnedTo) }),
    guard: createCallGuard(time),
    record: createCallRecord({ ledger, time }),
    patience: 600,
    onFault: (thrown) => {
      throw thrown
    },
  })
  const call = async (name: string, progress?: (progress: Progress) => void) => {
    const { structuredContent } = await door({
      grant: { id: 'g1', label: 'Claude', revoked: new AbortController().signal },
      connection: 'c1',
      claim: null,
      name,
      raw: {},
      signal: new AbortController().signal,
      progress,
    })
    return structuredContent
  }
  const answer = async (how: 'approve' | 'deny') =>
    broker.answer(browser, await browser.sign(await browser.prompted(), how))
  return { ...house, call, answer }
}

describe('a read that the policy asks about', () => {
  const asks = { session_status: { require_approval: true } }

  it('shows what is called, and runs after a yes, with its intent and its outcome in the ledger', async () => {
    const { call, answer, browser, rows } = await setUp(asks)
    const asked = call('session_status')
    expect(await browser.prompted()).toMatchObject({
      action: 'session_status',
      subject: { kind: 'call', arguments: [] },
    })
    await answer('approve')
    expect(await asked).toMatchObject({ saved: false, state: 'none' })
    expect(rows()).toEqual(['call session_status intent', 'approval session_status done', 'call session_status done'])
  })

  it('shares one question and one answer, and gets `approval_pending` like any other', async () => {
    const { call, answer, broker, browser, time } = await setUp(asks)
    const both = [call('session_status'), call('session_status')]
    const { id } = await browser.prompted()
    expect(broker.pending()).toBe(1)
    time.advance(45 * second)
    for (const told of both) expect(await told).toMatchObject({ code: 'approval_pending', approvalId: id })
    await answer('approve')
    expect(await call('session_status')).toMatchObject({ saved: false, state: 'none' })
    expect(broker.pending()).toBe(0)
  })

  it('runs on a yes that lasts', async () => {
    const { call, browser, broker } = await setUp(asks)
    const asked = call('session_status')
    const scope = { for: 'browser', session: browser.session(), sameArguments: false } as const
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'approve', { scope }))
    await asked
    expect(await call('session_status')).toMatchObject({ state: 'none' })
    expect(broker.pending()).toBe(0)
  })

  it('is each its own where the policy allows it', async () => {
    const { call, rows } = await setUp({ session_status: {} })
    await Promise.all([call('session_status'), call('session_status')])
    expect(rows()).toEqual(['call session_status done'])
  })
})

describe('the time that a rule gives a question', () => {
  it.each([
    ['20m', 20 * 60, 'approval_pending'],
    ['2m', 120, 'approval_timed_out'],
  ])('of %s is the deadline that she sees, and that progress tells of', async (timeout, seconds, code) => {
    const { call, browser, time } = await setUp({ save_session: { require_approval: { timeout } } })
    const heard: Progress[] = []
    const asked = call('save_session', (progress) => heard.push(progress))
    const { askedAt, deadline } = await browser.prompted()
    expect(Date.parse(deadline ?? '') - Date.parse(askedAt)).toBe(seconds * second)
    time.advance(10 * second)
    expect(heard.map(({ total }) => total)).toEqual([seconds])
    time.advance((Math.min(seconds, 180) - 10) * second)
    expect(await asked).toMatchObject({ code })
  })

  it('begins once: asked anew, what is left of it counts', async () => {
    const { call, answer, browser, time } = await setUp({ save_session: { require_approval: { timeout: '20m' } } })
    browser.gives.take = () => Promise.resolve({ kind: 'changed' })
    void call('save_session')
    const { deadline } = await browser.prompted()
    time.advance(30 * second)
    await answer('approve')
    expect(await browser.prompted()).toMatchObject({ deadline })
  })
})
