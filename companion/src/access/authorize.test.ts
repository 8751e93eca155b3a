import { readPolicy } from '@countersign/shared/policy/read-policy'
import type { Decision } from '@countersign/shared/policy/decision'
import { describe, expect, it } from 'vitest'
import { createLimits } from '../policy/limits.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { fakeBrowsers } from '../testing/fake-browser.ts'
import { memoryCounters } from '../testing/memory-counters.ts'
import { tempHouse } from '../testing/temp-house.ts'
import { createAuthorize, type Wish } from './authorize.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

const wish = (more: Partial<Wish> = {}): Wish => ({
  asker: { kind: 'agent', grant: 'g1', label: 'Claude', claim: null },
  action: 'save_session',
  reason: null,
  args: 'a'.repeat(64),
  patience: 60,
  subjects: (connected) =>
    Promise.resolve({
      kind: 'ready',
      byBrowser: new Map(
        connected.map(({ fingerprint }) => [fingerprint, { kind: 'add-agent', label: 'x', account: null }]),
      ),
    }),
  ...more,
})
const terminal = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim: null } as const
const never = new AbortController().signal
const nothingLasting = { remembered: { covering: () => [] }, acceptance: () => null, longest: Infinity }
const policy = (tools: unknown) => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', tools }))
  if (read.kind === 'invalid') throw new Error('It is a policy')
  return read.file
}

describe('until a browser that remembers has been there', () => {
  const limit = { rule: '/tools/x/limits/0', counter: 'c', scope: 'grant', window: 60, max: 1 } as const
  const decisions = {
    allow: { kind: 'allow', rule: '/tools/x', limits: [limit] },
    ask: { kind: 'ask', rule: '/tools/x', limits: [limit] },
    deny: { kind: 'deny', rule: '/tools/x', reason: 'No.' },
  } as const satisfies Record<string, Decision>
  const passes = new Set(['allowed'])
  type Row = [decides: keyof typeof decisions, reads: boolean, paired: boolean, vouched: boolean, said: string]
  const truth: Row[] = [
    ['allow', false, false, false, 'not_paired'],
    ['allow', false, true, false, 'browser_not_connected'],
    ['allow', false, true, true, 'allowed'],
    ['allow', true, false, false, 'allowed'],
    ['allow', true, true, false, 'allowed'],
    ['ask', false, false, false, 'not_paired'],
    ['ask', false, true, false, 'browser_not_connected'],
    ['ask', false, true, true, 'cancelled'],
    ['deny', false, false, false, 'policy_denied'],
    ['deny', false, true, true, 'policy_denied'],
  ]
  it.each(truth)('%s, reads %s, paired %s, vouched %s: %s', async (decides, reads, paired, vouched, said) => {
    const { gate, broker, browser, time } = await tempHouse()
    const browsers = paired ? fakeBrowsers(browser) : fakeBrowsers()
    const limits = createLimits({
      counters: memoryCounters(),
      clock: createSteadyClock(time, 0),
      newId: () => crypto.randomUUID(),
    })
    const authorize = createAuthorize({
      gate,
      browsers,
      broker,
      decide: () => decisions[decides],
      onPolicyChange: () => () => undefined,
      vouched: () => vouched,
      limits,
      ...nothingLasting,
    })
    const ends = new AbortController()
    // Twice: what was refused for want of a browser does not count against the limit.
    const codes: string[] = []
    for (let count = 0; count < 2; count += 1) {
      const road = authorize(wish({ reads, asking: () => setImmediate(() => ends.abort()) }), ends.signal)
      const ended = await road
      const code = ended.kind === 'refused' ? ended.refusal.code : ended.kind
      codes.push(code)
    }
    expect(codes).toEqual([said, passes.has(said) ? 'rate_limited' : said])
  })

  it('asks for the terminal all the same', async () => {
    const { gate, broker, browser, browsers, time } = await tempHouse()
    const authorize = createAuthorize({
      gate,
      browsers,
      broker,
      decide: () => decisions.deny,
      onPolicyChange: () => () => undefined,
      vouched: () => false,
      limits: createLimits({ counters: memoryCounters(), clock: createSteadyClock(time, 0), newId: () => 'x' }),
      ...nothingLasting,
    })
    const road = authorize(wish({ asker: terminal, action: 'export' }), never)
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'approve'))
    expect(await road).toMatchObject({ kind: 'approved' })
  })
})

describe('a policy that changes while she is asked', () => {
  const asks = policy({ save_session: { require_approval: true }, search_jobs: { require_approval: true } })
  const closed = policy({ save_session: { require_approval: true }, search_jobs: { action: 'deny', reason: 'Mine.' } })

  it('ends the question where it denies what was asked, by its rule, and leaves the others', async () => {
    const { authorize, browser, turnTo } = await tempHouse(asks)
    const searching = authorize(wish({ action: 'search_jobs' }), never)
    await browser.prompted()
    void authorize(wish(), never)
    await new Promise(setImmediate)
    turnTo(closed)
    expect(await searching).toEqual({
      kind: 'refused',
      refusal: {
        code: 'policy_denied',
        reason: 'Mine.',
        next: matching(expect.stringContaining('policy')),
        rule: '/tools/search_jobs/action',
      },
    })
    expect(browser.seen.prompts.map(({ action }) => action)).toEqual(['save_session'])
    expect(browser.seen.ends).toMatchObject([{ how: 'cancelled', text: 'Mine.' }])
  })

  it('is what counts after a yes that came just before', async () => {
    const { authorize, broker, browser, turnTo } = await tempHouse(asks)
    const searching = authorize(wish({ action: 'search_jobs' }), never)
    const signed = await browser.sign(await browser.prompted(), 'approve')
    const answered = broker.answer(browser, signed)
    // At the very moment at which the question is settled, before who asked has heard of it.
    const showPrompts = browser.showPrompts.bind(browser)
    browser.showPrompts = (prompts) => {
      showPrompts(prompts)
      turnTo(closed)
    }
    expect(await answered).toEqual({ kind: 'accepted' })
    expect(await searching).toMatchObject({ kind: 'refused', refusal: { code: 'policy_denied' } })
    expect(browser.seen.ends).toMatchObject([{ id: signed.document.request, how: 'failed' }])
  })

  it('does not end what the terminal asks for', async () => {
    const { authorize, broker, browser, turnTo } = await tempHouse(asks)
    const road = authorize(wish({ asker: terminal, action: 'search_jobs' }), never)
    await browser.prompted()
    turnTo(closed)
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'approve'))
    expect(await road).toMatchObject({ kind: 'approved' })
  })
})

describe('a release', () => {
  const call = { tool: 'export', args: { way: 'file', format: 'playwright' } }
  const release = (more: Partial<Wish> = {}) => wish({ asker: terminal, action: 'lease', policy: call, ...more })
  const oncePerDay = policy({ export: { rate_limit: '1/day' } })
  const limited = { kind: 'refused', refusal: { code: 'rate_limited', rule: '/tools/export/rate_limit' } }

  it('is denied by a rule of hers, with its reason, and nobody is asked', async () => {
    const denial = { conditions: [{ path: 'args.way', op: 'eq', value: 'file' }], on_deny: 'To stdout alone.' }
    const { authorize, browser } = await tempHouse(policy({ export: { deny_if: [denial] } }))
    const refusal = { code: 'policy_denied', rule: '/tools/export/deny_if/0', reason: 'To stdout alone.' }
    expect(await authorize(release(), never)).toMatchObject({ kind: 'refused', refusal })
    expect(browser.seen.prompts).toEqual([])
  })

  it('is asked about, however much a policy allows it', async () => {
    const { authorize, broker, browser } = await tempHouse(policy({ export: { action: 'allow' } }))
    const road = authorize(release(), never)
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'approve'))
    expect(await road).toMatchObject({ kind: 'approved', rule: '(every release)' })
  })

  it('counts for the policy once she has approved it, and not what she denied or took back', async () => {
    const { authorize, broker, browser } = await tempHouse(oncePerDay)
    const answered = async (how: 'approve' | 'deny') => {
      const road = authorize(release(), never)
      await broker.answer(browser, await browser.sign(await browser.prompted(), how))
      return road
    }
    expect(await answered('deny')).toMatchObject({ refusal: { code: 'approval_denied' } })
    const ends = new AbortController()
    const gone = authorize(release(), ends.signal)
    await browser.prompted()
    ends.abort()
    expect(await gone).toMatchObject({ refusal: { code: 'cancelled' } })
    const approved = await answered('approve')
    expect(approved).toMatchObject({ kind: 'approved' })
    expect(await authorize(release(), never)).toMatchObject(limited)
    // It came to nothing after all.
    if (approved.kind === 'approved') approved.giveBack()
    expect(await answered('approve')).toMatchObject({ kind: 'approved' })
  })

  it('that was taken back has cost the terminal one of its questions all the same', async () => {
    const { authorize } = await tempHouse(oncePerDay)
    const asked = async () => {
      const ends = new AbortController()
      const road = authorize(release({ asking: () => setImmediate(() => ends.abort()) }), ends.signal)
      const ended = await road
      return ended.kind === 'refused' ? ended.refusal : undefined
    }
    for (let count = 0; count < 30; count += 1) expect(await asked()).toMatchObject({ code: 'cancelled' })
    expect(await asked()).toMatchObject({ code: 'rate_limited', rule: '(terminal)' })
  })

  it('that the policy holds back leaves the terminal its questions', async () => {
    const { authorize, broker, browser } = await tempHouse(oncePerDay)
    const first = authorize(release(), never)
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'approve'))
    await first
    for (let count = 0; count < 40; count += 1) expect(await authorize(release(), never)).toMatchObject(limited)
    const other = authorize(wish({ asker: terminal, action: 'add agent Cursor' }), never)
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'approve'))
    expect(await other).toMatchObject({ kind: 'approved' })
  })
})
