/** Milliseconds by stage. What runs within another stage counts for itself alone. */
export type StageWatch = {
  during<T>(stage: string, act: () => T): T
  /** What was spent since the last time that this was called. */
  spent(): ReadonlyMap<string, number>
}

/** @param now milliseconds, from anywhere */
export const createStageWatch = (now: () => number = () => performance.now()): StageWatch => {
  let totals = new Map<string, number>()
  const open: { within: number }[] = []
  return {
    during: (stage, act) => {
      const own = { within: 0 }
      open.push(own)
      const began = now()
      try {
        return act()
      } finally {
        const took = now() - began
        open.pop()
        const outer = open.at(-1)
        if (outer !== undefined) outer.within += took
        totals.set(stage, (totals.get(stage) ?? 0) + took - own.within)
      }
    },
    spent: () => {
      const told = totals
      totals = new Map()
      return told
    },
  }
}
