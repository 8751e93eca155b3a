import type { Time } from '../time.ts'

export type FakeTime = Time & {
  /** Both clocks go on by this; what was due runs, in order. */
  advance(milliseconds: number): void
  /** The wall clock alone is set. */
  setWall(milliseconds: number): void
  /** How many things still wait. */
  waiting(): number
}

export const fakeTime = (start = Date.parse('2026-11-22T12:00:00Z')): FakeTime => {
  let wall = start
  let monotonic = 1000
  let due: { readonly at: number; readonly act: () => void }[] = []

  const runNext = (until: number): boolean => {
    const [next] = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
    if (next === undefined) return false
    due = due.filter((other) => other !== next)
    wall += Math.max(0, next.at - monotonic)
    monotonic = Math.max(monotonic, next.at)
    next.act()
    return true
  }

  return {
    wall: () => wall,
    monotonic: () => monotonic,
    after: (milliseconds, act) => {
      const entry = { at: monotonic + milliseconds, act }
      due.push(entry)
      return () => {
        due = due.filter((other) => other !== entry)
      }
    },
    advance: (milliseconds) => {
      const until = monotonic + milliseconds
      while (runNext(until));
      wall += until - monotonic
      monotonic = until
    },
    setWall: (milliseconds) => {
      wall = milliseconds
    },
    waiting: () => due.length,
  }
}
