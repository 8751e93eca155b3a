import type { Time } from './time.ts'

/**
 * Milliseconds since 1970 that never run backwards, in whole ones: what is counted in stretches of time that outlive the process is
 * counted by it. It goes on as either clock does. So a suspend passes, in which the monotonic clock stops; and when the wall clock
 * is set back, time does not stand still until it has caught up.
 */
export type SteadyClock = { now(): number }

/** @param known the latest moment that is on record: time does not begin before it */
export const createSteadyClock = (time: Pick<Time, 'wall' | 'monotonic'>, known: number): SteadyClock => {
  let last = Math.max(known, time.wall())
  let monotonic = time.monotonic()
  return {
    now: () => {
      const passed = Math.max(0, time.monotonic() - monotonic)
      monotonic += passed
      last = Math.max(last + passed, time.wall())
      return Math.floor(last)
    },
  }
}
