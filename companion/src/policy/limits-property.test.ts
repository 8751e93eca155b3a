import type { Limit } from '@countersign/shared/policy/decision'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSteadyClock } from '../steady-clock.ts'
import { fakeTime } from '../testing/fake-time.ts'
import { memoryCounters } from '../testing/memory-counters.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import type { Counters } from './counters.ts'
import { type Caller, createLimits } from './limits.ts'
import { createSqliteCounters } from './sqlite-counters.ts'

const limit = fc.record({
  rule: fc.constant('/tools/x/limits/0'),
  counter: fc.constantFrom('one', 'two'),
  scope: fc.constantFrom<Limit['scope'][]>('grant', 'agent_session', 'global'),
  window: fc.constantFrom(1, 60, 90),
  max: fc.integer({ min: 1, max: 4 }),
})
const caller = fc.record({ grant: fc.constantFrom('g1', 'g2'), connection: fc.constantFrom('s1', 's2') })
const calling = fc.record({ do: fc.constant('call' as const), limits: fc.nat(2), caller })
const step = fc.oneof(
  { weight: 6, arbitrary: calling },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('give back' as const), which: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 40_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('set clock' as const), by: fc.integer({ min: -200_000, max: 0 }) }),
  },
)
const rules = fc.array(fc.array(limit, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 })

type Counted = { readonly limits: readonly Limit[]; readonly caller: Caller; readonly at: number }

const sees = ({ scope, counter }: Limit, me: Caller, other: Counted): boolean =>
  other.limits.some((theirs) => theirs.counter === counter && theirs.scope === scope) &&
  (scope === 'global' ||
    (scope === 'grant' ? other.caller.grant === me.grant : other.caller.connection === me.connection))

/** Written down anew, from what a limit is: a call passes at the first moment at which each of them has room. */
const waitFor = (limits: readonly Limit[], me: Caller, calls: readonly Counted[], now: number): number => {
  const hasRoom = (at: number) =>
    limits.every(({ max, window, ...one }) => {
      const within = calls.filter((call) => call.at > at - window * 1000 && sees({ max, window, ...one }, me, call))
      return within.length < max
    })
  const moments = [now, ...calls.flatMap((call) => limits.map(({ window }) => call.at + window * 1000))]
  return Math.min(...moments.filter((at) => at >= now && hasRoom(at))) - now
}

const check = (open: () => Counters, numRuns: number) => {
  let [passed, refused] = [0, 0]
  const property = fc.property(rules, fc.array(step, { minLength: 20, maxLength: 60 }), (books, steps) => {
    const counters = open()
    const time = fakeTime()
    const began = { wall: time.wall(), monotonic: time.monotonic() }
    let ids = 0
    const newId = () => {
      ids += 1
      return String(ids)
    }
    const start = () => createLimits({ counters, clock: createSteadyClock(time, counters.latest() ?? 0), newId })
    let limits = start()
    const wallAt = (passed: number) => began.wall + passed
    let isBehind = false
    /** By the time that has truly passed. */
    const calls = new Map<() => void, Counted>()
    for (const one of steps) {
      const now = time.monotonic() - began.monotonic
      if (one.do === 'wait') time.advance(one.milliseconds)
      // Never set forward again: that is how a suspend looks, too, and then time has passed.
      if (one.do === 'set clock') time.setWall(time.wall() + one.by)
      if (one.do === 'restart') {
        limits = start()
        // What had passed while the clock was behind is not on record. The rest of the time is longer for it, never shorter.
        isBehind ||= time.wall() < wallAt(now)
      }
      if (one.do === 'give back') {
        const giveBack = [...calls.keys()][one.which]
        giveBack?.()
        if (giveBack !== undefined) calls.delete(giveBack)
      }
      if (one.do !== 'call') continue
      const given = books[one.limits] ?? []
      const reservation = limits.reserve(given, one.caller)
      const wait = waitFor(given, one.caller, [...calls.values()], now)
      const told = reservation.kind === 'limited' ? reservation.retryAfter : 0
      expect(told).toBeGreaterThanOrEqual(Math.ceil(wait / 1000))
      expect(isBehind ? Math.ceil(wait / 1000) : told).toBe(Math.ceil(wait / 1000))
      if (reservation.kind === 'limited') refused += 1
      else calls.set(reservation.giveBack, { limits: given, caller: one.caller, at: now })
      passed += reservation.kind === 'reserved' ? 1 : 0
      // In no stretch of time that ends now were there more than any limit on this call allows.
      const over = given.filter(
        (each) =>
          reservation.kind === 'reserved' &&
          [...calls.values()].filter(
            ({ at, ...call }) => at > now - each.window * 1000 && sees(each, one.caller, { at, ...call }),
          ).length > each.max,
      )
      expect(over).toEqual([])
    }
  })
  fc.assert(property, { numRuns })
  return { passed, refused }
}

it('lets through what a plain model lets through, and says how long the rest has to wait', () => {
  const { passed, refused } = check(memoryCounters, 400)
  expect(Math.min(passed, refused)).toBeGreaterThan(1000)
})

it('does so in the database, too', () => {
  const { passed, refused } = check(() => createSqliteCounters(tempDatabase().database), 25)
  expect(Math.min(passed, refused)).toBeGreaterThan(50)
})
