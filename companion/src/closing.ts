/** What has to be closed, in reverse order: what came later may need what came before. */
export type Closing = { add(act: () => unknown): void; run(): Promise<void> }

export const createClosing = (): Closing => {
  const acts: (() => unknown)[] = []
  return {
    add: (act) => acts.push(act),
    run: async () => {
      const failures: unknown[] = []
      for (let act = acts.pop(); act !== undefined; act = acts.pop()) {
        try {
          await act()
        } catch (thrown) {
          // All of it is tried: one that fails must not leave the others open.
          failures.push(thrown)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.')
    },
  }
}
