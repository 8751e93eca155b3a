/** Chance that can be had again: the same seed gives the same numbers, so a story that failed by it fails again. */
export type Chance = {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  bytes(length: number): Buffer
  one<T>(of: readonly [T, ...T[]]): T
}

/** @param number tells the tries of one seed apart, so that each can be had again without those before it */
export function createChance(seed: number, number = 0): Chance {
  let state = seed ^ Math.imul(number, 0x9e3779b1)
  // mulberry32: small, and even enough for choosing where to hit.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    whole,
    bytes: (length) => Buffer.from(Array.from({ length }, () => whole(0, 255))),
    one: (of) => of[whole(0, of.length - 1)] ?? of[0],
  }
}
