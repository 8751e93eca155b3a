import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CountedCall, Counters } from '../policy/counters.ts'
import { memoryCounters } from './memory-counters.ts'

/** What every place for counters keeps to. */
export const countersContract = (name: string, open: () => Counters): void => {
  const call = (id: string, at: number, ...counters: string[]): CountedCall => ({
    id,
    at,
    counters: counters.map((counter) => ({ counter, keepUntil: at + 100 })),
  })
  const newest = (counters: Counters, counter: string) => [1, 2, 3].map((n) => counters.nthNewest(counter, n))

  describe(`counters ${name}`, () => {
    it('begin empty', () => {
      const counters = open()
      expect([counters.nthNewest('a', 1), counters.latest()]).toEqual([undefined, undefined])
      counters.remove(call('nobody', 5, 'a'))
      counters.forget(10)
      expect(counters.latest()).toBeUndefined()
    })

    it('tell when the nth newest call came, each counter for itself', () => {
      const counters = open()
      counters.add(call('one', 10, 'a', 'b'))
      counters.add(call('two', 20, 'a'))
      counters.add(call('three', 20, 'a'))
      expect(newest(counters, 'a')).toEqual([20, 20, 10])
      expect(newest(counters, 'b')).toEqual([10, undefined, undefined])
      expect(newest(counters, 'A')).toEqual([undefined, undefined, undefined])
      expect(counters.latest()).toBe(20)
    })

    it('take a call out of all its counters, and no other one', () => {
      const counters = open()
      counters.add(call('one', 10, 'a', 'b'))
      counters.add(call('two', 10, 'a', 'b'))
      counters.remove(call('one', 10, 'a', 'b'))
      counters.remove(call('one', 10, 'a', 'b'))
      expect(newest(counters, 'a')).toEqual([10, undefined, undefined])
      expect(newest(counters, 'b')).toEqual([10, undefined, undefined])
    })

    it('forget what need not be kept any longer, to the millisecond', () => {
      const counters = open()
      counters.add(call('one', 10, 'a'))
      counters.add({ id: 'two', at: 10, counters: [{ counter: 'b', keepUntil: 111 }] })
      counters.forget(109)
      expect(counters.nthNewest('a', 1)).toBe(10)
      counters.forget(110)
      expect([counters.nthNewest('a', 1), counters.nthNewest('b', 1)]).toEqual([undefined, 10])
    })

    it('take any name that JSON can spell', () => {
      const counters = open()
      const odd = JSON.stringify(['grant', '\u0000\uD800', `'; drop table counted_calls; --`, '😀'])
      counters.add(call('one', 10, odd))
      expect(counters.nthNewest(odd, 1)).toBe(10)
    })

    it('say the same as a list would, whatever is done', () => {
      const id = fc.constantFrom('1', '2', '3', '4', '5', '6')
      const counter = fc.constantFrom('a', 'b', 'c')
      const step = fc.oneof(
        fc.record({
          add: id,
          counters: fc.uniqueArray(counter, { minLength: 1 }),
          later: fc.nat(50),
          keep: fc.nat(200),
        }),
        fc.record({ remove: id }),
        fc.record({ forget: fc.nat(300) }),
      )
      fc.assert(
        fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
          const [counters, list] = [open(), memoryCounters()]
          let at = 0
          /** As each of them was added last. */
          const added = new Map<string, CountedCall>()
          for (const one of steps) {
            const removed = 'forget' in one ? undefined : added.get('remove' in one ? one.remove : one.add)
            const keepUntil = 'add' in one ? at + one.later + one.keep : 0
            const more =
              'add' in one
                ? {
                    id: one.add,
                    at: at + one.later,
                    counters: one.counters.map((counter) => ({ counter, keepUntil })),
                  }
                : undefined
            for (const each of [counters, list]) {
              if ('forget' in one) each.forget(one.forget)
              if (removed !== undefined) each.remove(removed)
              if (more !== undefined) each.add(more)
            }
            if (more !== undefined) added.set(more.id, more)
            at += 'later' in one ? one.later : 0
            for (const name of ['a', 'b', 'c']) expect(newest(counters, name)).toEqual(newest(list, name))
            expect(counters.latest()).toBe(list.latest())
          }
        }),
        { numRuns: 60 },
      )
    })
  })
}
