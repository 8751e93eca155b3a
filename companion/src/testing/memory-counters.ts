import type { CountedCall, Counters } from '../policy/counters.ts'

/** Counters for tests: they are gone with the test. */
export const memoryCounters = (): Counters => {
  let kept: { readonly id: string; readonly at: number; readonly counter: string; readonly keepUntil: number }[] = []
  const inOrder = (counter: string) =>
    kept
      .filter((one) => one.counter === counter)
      .map(({ at }) => at)
      .sort((a, b) => b - a)
  return {
    nthNewest: (counter, n) => inOrder(counter)[n - 1],
    add: ({ id, at, counters }: CountedCall) => {
      kept = [...kept, ...counters.map((one) => ({ id, at, ...one }))]
    },
    remove: ({ id }) => {
      kept = kept.filter((one) => one.id !== id)
    },
    forget: (now) => {
      kept = kept.filter(({ keepUntil }) => keepUntil > now)
    },
    latest: () => kept.map(({ at }) => at).sort((a, b) => b - a)[0],
  }
}
