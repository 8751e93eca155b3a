/** Acts that must not overlap: those of one key run one after the other, in the order of asking. */
export type Turns = { take<T>(key: string, act: () => Promise<T>): Promise<T> }

export const createTurns = (): Turns => {
  const last = new Map<string, Promise<unknown>>()
  return {
    take: async (key, act) => {
      const before = last.get(key)
      // How the one before ended is its own caller's affair.
      const mine = before === undefined ? act() : before.then(act, act)
      last.set(key, mine)
      try {
        return await mine
      } finally {
        if (last.get(key) === mine) last.delete(key)
      }
    },
  }
}
