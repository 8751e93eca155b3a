import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSteadyClock } from './steady-clock.ts'

const clockAt = (wall: number, known = 0) => {
  const clocks = { wall, monotonic: 5 }
  const clock = createSteadyClock({ wall: () => clocks.wall, monotonic: () => clocks.monotonic }, known)
  return { clocks, clock }
}

it('goes with both clocks', () => {
  const { clocks, clock } = clockAt(1000)
  expect(clock.now()).toBe(1000)
  clocks.wall += 70
  clocks.monotonic += 70
  expect(clock.now()).toBe(1070)
})

it('passes a suspend, in which only the wall clock goes on', () => {
  const { clocks, clock } = clockAt(1000)
  clocks.wall += 3_600_000
  expect(clock.now()).toBe(3_601_000)
})

it('goes on when the wall clock is set back, and does not wait for it', () => {
  const { clocks, clock } = clockAt(1_000_000)
  clock.now()
  clocks.wall -= 500_000
  clocks.monotonic += 60_000
  expect(clock.now()).toBe(1_060_000)
})

it('begins no earlier than what is on record, and goes on from there', () => {
  const { clocks, clock } = clockAt(1000, 9000)
  expect(clock.now()).toBe(9000)
  clocks.monotonic += 25.7
  expect(clock.now()).toBe(9025)
  clocks.monotonic += 0.3
  expect(clock.now()).toBe(9026)
})

it('never runs backwards, and never slower than the monotonic clock', () => {
  const step = fc.record({ wall: fc.integer({ min: -1000, max: 1000 }), passes: fc.nat(1000) })
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), fc.array(step), (wall, known, steps) => {
      const { clocks, clock } = clockAt(wall, known)
      let before = clock.now()
      for (const { wall: moved, passes } of steps) {
        clocks.wall += moved
        clocks.monotonic += passes
        const now = clock.now()
        expect(now).toBeGreaterThanOrEqual(Math.max(before + passes, clocks.wall, known))
        before = now
      }
    }),
  )
})
