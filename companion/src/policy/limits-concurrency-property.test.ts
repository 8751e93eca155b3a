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

// Calls that are under way at the same time, in any order that they may come to run in: some run, some are given back, while the
// clock goes on. Whatever the order, no stretch of time has more of them than a limit allows.

const limit = fc.record({
  rule: fc.constant('/tools/x/limits/0'),
  counter: fc.constantFrom('one', 'two'),
  scope: fc.constantFrom<Limit['scope'][]>('grant', 'agent_session', 'global'),
  window: fc.constantFrom(1, 60),
  max: fc.integer({ min: 1, max: 3 }),
})
const call = fc.record({
  caller: fc.record({ grant: fc.constantFrom('g1', 'g2'), connection: fc.constantFrom('s1', 's2') }),
  book: fc.nat(1),
  runs: fc.boolean(),
  /** Milliseconds by which the clock has gone on when it comes. */
  after: fc.constantFrom(0, 0, 1, 400, 999, 1000, 30_000, 60_000),
})
const books = fc.tuple(...[0, 1].map(() => fc.array(limit, { minLength: 1, maxLength: 3 })))

type Counted = { readonly limits: readonly Limit[]; readonly caller: Caller; readonly from: number; until: number }

const isCountedBy = (one: Limit, me: Caller, { limits, caller }: Counted): boolean =>
  limits.some(({ counter, scope }) => counter === one.counter && scope === one.scope) &&
  (one.scope === 'global' || (one.scope === 'grant' ? caller.grant === me.grant : caller.connection === me.connection))

const check = async (open: () => Counters, numRuns: number) => {
  const seen = { passed: 0, refused: 0, givenBack: 0, together: 0 }
  const property = fc.asyncProperty(
    books,
    fc.array(call, { minLength: 8, maxLength: 24 }),
    fc.scheduler(),
    async (all, calls, order) => {
      const time = fakeTime()
      let ids = 0
      const newId = () => String((ids += 1))
      const limits = createLimits({ counters: open(), clock: createSteadyClock(time, 0), newId })
      const log: Counted[] = []
      let underWay = 0
      await Promise.all([
        ...calls.map(async ({ caller, book, runs, after }) => {
          await order.schedule(Promise.resolve(), 'comes')
          time.advance(after)
          const given = all[book] ?? []
          const reservation = limits.reserve(given, caller)
          const now = time.monotonic()
          const others = (one: Limit) =>
            log.filter(
              ({ from, until, ...rest }) =>
                from > now - one.window * 1000 && until > now && isCountedBy(one, caller, { from, until, ...rest }),
            )
          // It passes just where each of its limits has room, by a list of all that came before.
          expect(reservation.kind).toBe(given.every((one) => others(one).length < one.max) ? 'reserved' : 'limited')
          if (reservation.kind === 'limited') {
            seen.refused += 1
            return
          }
          const entry: Counted = { limits: given, caller, from: now, until: Infinity }
          log.push(entry)
          seen.passed += 1
          underWay += 1
          if (underWay > 1) seen.together += 1
          await order.schedule(Promise.resolve(), 'ends')
          underWay -= 1
          if (runs) return
          reservation.giveBack()
          entry.until = time.monotonic()
          seen.givenBack += 1
        }),
        order.waitAll(),
      ])
      // Of those that ran: in any window, wherever it begins.
      const ran = log.filter(({ until }) => until === Infinity)
      for (const { limits: theirs, caller, from } of ran) {
        for (const one of theirs) {
          const within = ran.filter(
            (other) => other.from >= from && other.from < from + one.window * 1000 && isCountedBy(one, caller, other),
          )
          const books = within.filter((other) => other.limits.some((each) => each === one))
          expect(books.length).toBeLessThanOrEqual(one.max)
        }
      }
    },
  )
  await fc.assert(property, { numRuns })
  return seen
}

it('lets no more through than there is room for, in whatever order calls come, run and are given back', async () => {
  const seen = await check(memoryCounters, 500)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(500)
})

it('nor in the database', async () => {
  const seen = await check(() => createSqliteCounters(tempDatabase().database), 40)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(40)
})
