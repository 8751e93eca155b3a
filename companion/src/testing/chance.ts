/** Chance that comes out the same for the same seed. */
export const chanceFrom = (seed: number) => {
  let state = seed
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const within = (count: number): number => Math.floor(next() * count)
  return {
    /** From 0 to one less than `count`. */
    within,
    oneOf: <T>(all: readonly T[]): T => {
      const one = all[within(all.length)]
      if (one === undefined) throw new Error('There is none to choose')
      return one
    },
    bytes: (most: number): Uint8Array => Uint8Array.from({ length: within(most) }, () => within(256)),
  }
}
