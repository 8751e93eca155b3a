import type { Decision, Limit } from '@countersign/shared/policy/decision'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../database/open.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { fakeTime } from '../testing/fake-time.ts'
import { memoryCounters } from '../testing/memory-counters.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { compilePolicy } from './compile-policy.ts'
import type { Counters } from './counters.ts'
import { evaluate } from './evaluate.ts'
import { type Caller, createLimits, type Limits, type Reservation } from './limits.ts'
import { createSqliteCounters } from './sqlite-counters.ts'

const me: Caller = { grant: 'g1', connection: 's1' }
const limit = (max: number, window: number, more: Partial<Limit> = {}): Limit => ({
  rule: '/tools/x/limits/0',
  counter: 'c',
  scope: 'grant',
  window,
  max,
  ...more,
})
const setUp = (counters: Counters = memoryCounters()) => {
  const time = fakeTime()
  let ids = 0
  const start = () =>
    createLimits({
      counters,
      clock: createSteadyClock(time, counters.latest() ?? 0),
      newId: () => {
        ids += 1
        return `call ${ids}`
      },
    })
  return { time, counters, start, limits: start() }
}
/** How many of that many calls pass. */
const passing = (limits: Limits, given: readonly Limit[], calls: number, caller = me): number =>
  Array.from({ length: calls }, () => limits.reserve(given, caller)).filter(({ kind }) => kind === 'reserved').length
const waitOf = (reservation: Reservation) => (reservation.kind === 'limited' ? reservation.retryAfter : 0)
const giveBack = (reservation: Reservation) => {
  if (reservation.kind === 'limited') throw new Error('It was not reserved')
  reservation.giveBack()
}

describe('a limit', () => {
  it('lets so many calls through in any such time, also across the edge of a minute', () => {
    const { time, limits } = setUp()
    time.advance(59_000)
    expect(passing(limits, [limit(30, 60)], 30)).toBe(30)
    time.advance(2000)
    expect(passing(limits, [limit(30, 60)], 30)).toBe(0)
  })

  it('slides: each call makes room for one, when its own time has passed', () => {
    const { time, limits } = setUp()
    for (const _ of Array(3)) {
      limits.reserve([limit(3, 60)], me)
      time.advance(10_000)
    }
    expect(passing(limits, [limit(3, 60)], 3)).toBe(0)
    time.advance(30_000)
    expect(passing(limits, [limit(3, 60)], 3)).toBe(1)
    time.advance(10_000)
    expect(passing(limits, [limit(3, 60)], 3)).toBe(1)
  })

  it('says which rule it is, what it allows, and the seconds until the next call will pass', () => {
    const { time, limits } = setUp()
    limits.reserve([limit(1, 90)], me)
    time.advance(29_500)
    const refused = limits.reserve([limit(1, 90)], me)
    expect(refused).toEqual({
      kind: 'limited',
      rule: '/tools/x/limits/0',
      reason: 'The policy allows this at most once in 90 seconds for each agent.',
      retryAfter: 61,
    })
    time.advance(60_499)
    expect(waitOf(limits.reserve([limit(1, 90)], me))).toBe(1)
    time.advance(1)
    expect(limits.reserve([limit(1, 90)], me).kind).toBe('reserved')
  })

  it('does not count a call that was refused for it', () => {
    const { time, limits } = setUp()
    limits.reserve([limit(1, 60)], me)
    for (const _ of Array(5)) {
      time.advance(10_000)
      limits.reserve([limit(1, 60)], me)
    }
    time.advance(10_000)
    expect(limits.reserve([limit(1, 60)], me).kind).toBe('reserved')
  })

  it('counts for each grant, for each connection, or for all', () => {
    const others: Caller[] = [
      { grant: 'g1', connection: 's2' },
      { grant: 'g2', connection: 's3' },
      { grant: 's1', connection: 'g1' },
    ]
    const passFor = (scope: Limit['scope']) => {
      const { limits } = setUp()
      return [me, ...others].map((caller) => passing(limits, [limit(1, 60, { scope })], 2, caller))
    }
    expect(passFor('grant')).toEqual([1, 0, 1, 1])
    expect(passFor('agent_session')).toEqual([1, 1, 1, 1])
    expect(passFor('global')).toEqual([1, 0, 0, 0])
  })

  it('shares its count with every other of the same counter and scope', () => {
    const { limits } = setUp()
    const [minute, hour] = [limit(2, 60), limit(3, 3600, { rule: '/tools/y/limits/0' })]
    expect(passing(limits, [minute], 2)).toBe(2)
    expect(passing(limits, [hour], 2)).toBe(1)
    expect(passing(limits, [limit(2, 60, { counter: 'd' })], 3)).toBe(2)
    expect(passing(limits, [limit(2, 60, { scope: 'global' })], 3)).toBe(2)
  })

  it('counts a call once, though two limits look at the same counter', () => {
    const { limits } = setUp()
    expect(passing(limits, [limit(4, 60), limit(4, 3600)], 6)).toBe(4)
  })

  it('holds nothing back where there is none', () => {
    const { counters, limits } = setUp()
    expect(passing(limits, [], 1000)).toBe(1000)
    expect(counters.latest()).toBeUndefined()
  })
})

describe('several limits', () => {
  it('are reserved all, or none', () => {
    const { limits } = setUp()
    const [wide, narrow] = [limit(3, 60, { counter: 'wide' }), limit(1, 60, { counter: 'narrow' })]
    expect(passing(limits, [wide, narrow], 5)).toBe(1)
    expect(passing(limits, [wide], 5)).toBe(2)
  })

  it('tell of the one that holds the call back the longest', () => {
    const { limits } = setUp()
    const both = [limit(1, 60, { rule: 'first' }), limit(1, 3600, { rule: 'second', counter: 'd' })]
    limits.reserve(both, me)
    expect(limits.reserve(both, me)).toMatchObject({ rule: 'second', retryAfter: 3600 })
    expect(limits.reserve(both.toReversed(), me)).toMatchObject({ rule: 'second', retryAfter: 3600 })
  })
})

describe('what is given back', () => {
  it('makes room for another call at once, in all its limits', () => {
    const { limits } = setUp()
    const both = [limit(1, 60), limit(1, 3600, { counter: 'd', scope: 'global' })]
    giveBack(limits.reserve(both, me))
    expect(passing(limits, both, 2)).toBe(1)
  })

  it('is given back once', () => {
    const { limits } = setUp()
    const first = limits.reserve([limit(2, 60)], me)
    limits.reserve([limit(2, 60)], me)
    giveBack(first)
    giveBack(first)
    expect(passing(limits, [limit(2, 60)], 2)).toBe(1)
  })

  it('stays counted when it can not be taken out', () => {
    const counters = memoryCounters()
    const broken = () => {
      throw new Error('The disk is full')
    }
    const { limits } = setUp({ ...counters, remove: broken })
    giveBack(limits.reserve([limit(1, 60)], me))
    expect(passing(limits, [limit(1, 60)], 1)).toBe(0)
  })
})

describe('time', () => {
  it('passes in a suspend', () => {
    const { time, limits } = setUp()
    limits.reserve([limit(1, 3600)], me)
    time.setWall(time.wall() + 3_600_000)
    expect(limits.reserve([limit(1, 3600)], me).kind).toBe('reserved')
  })

  it('neither stands still nor runs back when the clock is set back', () => {
    const { time, limits } = setUp()
    limits.reserve([limit(1, 60)], me)
    time.setWall(time.wall() - 30 * 24 * 3_600_000)
    time.advance(20_000)
    expect(waitOf(limits.reserve([limit(1, 60)], me))).toBe(40)
    time.advance(40_000)
    expect(limits.reserve([limit(1, 60)], me).kind).toBe('reserved')
  })

  it('neither does it over a restart', () => {
    const { time, limits, start } = setUp()
    limits.reserve([limit(1, 60)], me)
    time.setWall(time.wall() - 30 * 24 * 3_600_000)
    const again = start()
    expect(waitOf(again.reserve([limit(1, 60)], me))).toBe(60)
    time.advance(60_000)
    expect(again.reserve([limit(1, 60)], me).kind).toBe('reserved')
  })
})

describe('what is kept', () => {
  it('is there after a restart, in the database', () => {
    const { database, folder, machine } = tempDatabase()
    const { limits, time } = setUp(createSqliteCounters(database))
    expect(passing(limits, [limit(30, 60)], 25)).toBe(25)
    database.close()
    const opened = openDatabase(folder.database, machine)
    const counters = createSqliteCounters(opened)
    const again = createLimits({ counters, clock: createSteadyClock(time, 0), newId: () => crypto.randomUUID() })
    expect(passing(again, [limit(30, 60)], 25)).toBe(5)
    opened.close()
  })

  it('is as long as any limit may look back for it, and then goes', () => {
    const { time, counters, limits } = setUp()
    const latest = (ahead: number) => {
      time.advance(ahead)
      limits.reserve([limit(9, 60, { counter: 'other' })], me)
      return counters.nthNewest(JSON.stringify(['grant', 'g1', 'c']), 1)
    }
    limits.reserve([limit(1, 60)], me)
    expect(latest(86_399_000)).toBeDefined()
    expect(latest(61_000)).toBeUndefined()
    limits.reserve([limit(1, 7 * 86_400)], me)
    expect(latest(7 * 86_400_000 - 1000)).toBeDefined()
    expect(latest(61_000)).toBeUndefined()
  })

  it('is nothing, and nothing passes, when it can not be written', () => {
    const { limits } = setUp({
      ...memoryCounters(),
      add: () => {
        throw new Error('The disk is full')
      },
    })
    expect(() => limits.reserve([limit(1, 60)], me)).toThrow('The disk is full')
  })
})

describe('the policy that other gateways recommend', () => {
  const snippet =
    '{"version":"1","default":"deny","tools":{"save_session":{"limits":[{"counter":"save_session_rate","window":"minute","max":30,"scope":"grant"}]}}}'

  const inForce = () => {
    const read = readPolicy(snippet)
    if (read.kind === 'invalid') throw new Error('It is in order')
    const policy = compilePolicy(read.file)
    const { time, limits } = setUp()
    const call = (tool: string): Reservation | Extract<Decision, { kind: 'deny' }> => {
      const decision = evaluate(policy, { tool, args: { reason: 'The old one has expired.' } })
      return decision.kind === 'deny' ? decision : limits.reserve(decision.limits, me)
    }
    return { time, call }
  }

  it('lets 30 calls pass, and the 31st within 60 seconds not', () => {
    const { time, call } = inForce()
    for (const index of Array(30).keys()) {
      expect(call(index % 2 === 0 ? 'save_session' : 'manual_login').kind).toBe('reserved')
      time.advance(1000)
    }
    const limited = { kind: 'limited', rule: '/tools/save_session/limits/0', retryAfter: 30 }
    expect([call('save_session'), call('manual_login')]).toMatchObject([limited, limited])
    time.advance(30_000)
    expect(call('save_session').kind).toBe('reserved')
    expect(call('save_session')).toMatchObject({ kind: 'limited', retryAfter: 1 })
  })

  it('denies send_message by default', () => {
    const { call } = inForce()
    expect(call('send_message')).toMatchObject({ kind: 'deny', rule: '(default deny)' })
  })
})
