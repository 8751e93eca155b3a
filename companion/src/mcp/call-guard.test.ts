import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeTime } from '../testing/fake-time.ts'
import { createCallGuard } from './call-guard.ts'

describe('the guard', () => {
  it('lets twenty calls of a grant pass at once, holds twenty back, and refuses the rest; others have turns of their own', () => {
    const time = fakeTime()
    const guard = createCallGuard(time)
    const taken = Array.from({ length: 50 }, () => JSON.stringify(guard.take('g1')))
    expect(taken).toEqual([
      ...Array<string>(20).fill('{"kind":"turn","wait":0}'),
      ...Array<string>(20).fill('{"kind":"turn","wait":1000}'),
      ...Array<string>(10).fill('{"kind":"full","retryAfter":1}'),
    ])
    expect(guard.take('g2')).toEqual({ kind: 'turn', wait: 0 })
    time.advance(1000)
    expect(guard.take('g1')).toEqual({ kind: 'turn', wait: 1000 })
    time.advance(2000)
    expect(guard.take('g1')).toEqual({ kind: 'turn', wait: 0 })
  })

  it('refuses nobody who asks one thing after another', () => {
    const time = fakeTime()
    const guard = createCallGuard(time)
    for (let call = 0; call < 200; call += 1) {
      const taken = guard.take('g1')
      expect(taken.kind).toBe('turn')
      if (taken.kind === 'turn') time.advance(taken.wait + 1)
    }
  })

  it('never gives more than twenty turns within any second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 300 }), { minLength: 60, maxLength: 200 }), (pauses) => {
        const time = fakeTime()
        const guard = createCallGuard(time)
        const turns: number[] = []
        for (const pause of pauses) {
          const taken = guard.take('g1')
          if (taken.kind === 'turn') turns.push(time.monotonic() + taken.wait)
          // Mostly at once, and at times after a while.
          time.advance(pause > 250 ? pause : pause % 20)
        }
        expect(turns).toEqual(turns.toSorted((a, b) => a - b))
        turns.forEach((turn, index) => expect((turns[index + 20] ?? Infinity) - turn).toBeGreaterThanOrEqual(1000))
      }),
    )
  })
})
