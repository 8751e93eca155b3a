import type { ApprovalScope } from '@countersign/shared/approval/countersignature'
import type { Prompt, Subject } from '@countersign/shared/approval/prompt'
import { describe, expect, test } from 'vitest'
import { memoryArea, memoryStored } from '../testing/memory-storage.ts'
import { sampleIdentity as shown, samplePrompt, saveSubject } from '../testing/sample-prompt.ts'
import { createApprovals } from './approvals.ts'
import { createStored } from './stored.ts'

const request = crypto.randomUUID()
const minute = 60_000
const start = Date.parse('2026-11-22T12:00:00.000Z')
const forFifteen: ApprovalScope = { for: '15 minutes', until: '2026-11-22T12:15:00.000Z', sameArguments: false }
const untilClosed: ApprovalScope = { for: 'browser', session: crypto.randomUUID(), sameArguments: false }

const scene = (stored = memoryStored()) => {
  const clock = { now: start }
  const approvals = createApprovals(stored, () => clock.now)
  const give = (scope: ApprovalScope = 'once', more: Partial<Prompt> = {}, keepAsking = false) =>
    approvals.give({ prompt: samplePrompt({ id: request, subject: saveSubject(), ...more }), scope, keepAsking })
  return { approvals, clock, give, stored }
}

describe('a yes that counts once', () => {
  test.each([
    ['one that was approved', 0, true],
    ['one that was approved nine minutes ago', 9 * minute, true],
    ['one that was approved ten minutes ago', 10 * minute, false],
  ])('use of %s: %s', async (_case, later, good) => {
    const { approvals, clock, give } = scene()
    await give()
    clock.now += later
    expect(await approvals.use(request, shown)).toBe(good)
  })

  test('is good once, also when it is asked for twice at the same time', async () => {
    const { approvals, give } = scene()
    await give()
    expect(await Promise.all([approvals.use(request, shown), approvals.use(request, shown)])).toEqual([true, false])
    expect(await approvals.use(request, shown)).toBe(false)
  })

  test('is none for another request, nor for one that the companion did not take', async () => {
    const { approvals, give } = scene()
    const takeBack = await give()
    expect(await approvals.use(crypto.randomUUID(), shown)).toBe(false)
    await takeBack()
    expect(await approvals.use(request, shown)).toBe(false)
  })

  test('outlives the worker', async () => {
    const { give, stored } = scene()
    await give()
    expect(await scene(stored).approvals.use(request, shown)).toBe(true)
  })

  test.each([
    ['another account', { account: 'eve' }],
    ['another sign-in', { signIn: 'uncertain' }],
    ['another cookie store', { store: '1' }],
    ['another origin', { origin: 'https://other.upwork.com' }],
  ] as const)('is none for %s than was shown, and is used up by the attempt', async (_case, other) => {
    const { approvals, give } = scene()
    await give()
    expect(await approvals.use(request, { ...shown, ...other })).toBe(false)
    expect(await approvals.use(request, shown)).toBe(false)
  })
})

describe('a yes that lasts', () => {
  test.each([
    ['15 minutes', forFifteen, 0, true],
    ['15 minutes', forFifteen, 15 * minute - 1, true],
    ['15 minutes', forFifteen, 15 * minute, false],
    ['15 minutes, once the clock was set back', forFifteen, -1, false],
    ['until the browser closes', untilClosed, 24 * 60 * minute, true],
  ] as const)('%s: good again and again', async (_case, scope, later, good) => {
    const { approvals, clock, give } = scene()
    await give(scope)
    clock.now += later
    expect([await approvals.use(request, shown), await approvals.use(request, shown)]).toEqual([good, good])
  })

  test.each([
    ['another account', { account: 'eve' }, false],
    ['an account that nobody knows', { account: 'unknown' }, false],
    ['an uncertain sign-in', { signIn: 'uncertain' }, false],
    ['another cookie store', { store: '1' }, false],
    ['another page or subdomain of the site', { origin: 'https://other.upwork.com' }, true],
  ] as const)('for %s: %s', async (_case, other, good) => {
    const { approvals, give } = scene()
    await give(untilClosed)
    expect(await approvals.use(request, { ...shown, ...other })).toBe(good)
    expect(await approvals.use(request, shown)).toBe(true)
  })

  test('goes when she forgets it, when the companion did not take it, and with the companion', async () => {
    const { approvals, give } = scene()
    await give(untilClosed)
    await approvals.forget(request)
    expect(await approvals.use(request, shown)).toBe(false)
    const takeBack = await give(untilClosed)
    await takeBack()
    expect(await approvals.use(request, shown)).toBe(false)
    await give(untilClosed)
    await approvals.clear()
    expect(await approvals.use(request, shown)).toBe(false)
  })

  test('outlives the worker, and not the browser’s session', async () => {
    const local = memoryArea()
    const { give, stored } = scene(createStored({ local, session: memoryArea() }))
    await give(untilClosed)
    expect(await scene(stored).approvals.use(request, shown)).toBe(true)
    const anew = scene(createStored({ local, session: memoryArea() }))
    expect(await anew.approvals.use(request, shown)).toBe(false)
  })

  test('takes the place of an older one for the same', async () => {
    const { approvals, give } = scene()
    await give(untilClosed)
    const newer = crypto.randomUUID()
    await give(forFifteen, { id: newer })
    expect([await approvals.use(request, shown), await approvals.use(newer, shown)]).toEqual([false, true])
  })

  test('lets nothing be captured for a call that is no save', async () => {
    const { approvals, give } = scene()
    await give(untilClosed, { subject: { kind: 'call', arguments: [] } })
    expect(await approvals.use(request, shown)).toBe(false)
  })
})

describe('a policy that lets saves run without asking', () => {
  const policy: Subject = {
    kind: 'accept-policy',
    opens: [],
    closes: [],
    text: '{}',
    withoutAsking: { tools: ['save_session'], accounts: [{ id: 'ada', name: null }], keepAsking: 'a'.repeat(64) },
  }
  const grace = { ...shown, account: 'grace' }

  test.each([
    ['a named account', shown, true],
    ['another account', grace, false],
    ['an uncertain sign-in of it', { ...shown, signIn: 'uncertain' }, false],
    ['another cookie store of it', { ...shown, store: '1' }, true],
  ] as const)('covers %s: %s', async (_case, wanted, good) => {
    const { approvals, give } = scene()
    await give('once', { subject: policy })
    expect([await approvals.use(request, wanted), await approvals.use(request, wanted)]).toEqual([good, good])
    expect(await approvals.use(crypto.randomUUID(), wanted)).toBe(false)
  })

  test('covers a further account after a yes that said so, and only a certain one', async () => {
    const { approvals, give } = scene()
    await give('once', { subject: policy })
    const doubtful = { ...grace, signIn: 'uncertain' } as const
    for (const identity of [doubtful, grace]) {
      expect(await approvals.use(request, grace)).toBe(false)
      await give('once', { id: crypto.randomUUID(), subject: { ...saveSubject(identity), coveredBy: request } })
    }
    expect([await approvals.use(request, grace), await approvals.use(request, shown)]).toEqual([true, true])
  })

  test('covers no further account after an ordinary yes', async () => {
    const { approvals, give } = scene()
    await give('once', { subject: policy })
    await give('once', { id: crypto.randomUUID(), subject: saveSubject(grace) })
    expect(await approvals.use(request, grace)).toBe(false)
  })

  test('that was accepted in another browser covers what she says yes to here, and nothing else', async () => {
    const { approvals, give } = scene()
    await give('once', { id: crypto.randomUUID(), subject: { ...saveSubject(grace), coveredBy: request } })
    expect([await approvals.use(request, grace), await approvals.use(request, shown)]).toEqual([true, false])
  })

  test.each([
    ['by one that asks', { ...policy, withoutAsking: null }, false],
    ['by one that she lets keep asking', policy, true],
  ])('is replaced %s, unless that one was not taken', async (_case, newer, keepAsking) => {
    const { approvals, give } = scene()
    await give('once', { subject: policy })
    const takeBack = await give('once', { id: crypto.randomUUID(), subject: newer }, keepAsking)
    expect(await approvals.use(request, shown)).toBe(false)
    await takeBack()
    expect(await approvals.use(request, shown)).toBe(true)
  })

  test('outlives the browser’s session, and goes with the companion', async () => {
    const local = memoryArea()
    const { give } = scene(createStored({ local, session: memoryArea() }))
    await give('once', { subject: policy })
    const anew = scene(createStored({ local, session: memoryArea() }))
    expect(await anew.approvals.use(request, shown)).toBe(true)
    await anew.approvals.clear()
    expect(await anew.approvals.use(request, shown)).toBe(false)
  })
})
