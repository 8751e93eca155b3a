/** Keeps what has to be closed at the end, and closes it in reverse: what came later may need what came before. */
export type Belongings = { keep<T extends AsyncDisposable>(thing: T): T; close(): Promise<void> }

export function createBelongings(): Belongings {
  const kept: AsyncDisposable[] = []
  return {
    keep(thing) {
      kept.push(thing)
      return thing
    },
    async close() {
      const failures: unknown[] = []
      for (let thing = kept.pop(); thing !== undefined; thing = kept.pop()) {
        try {
          await thing[Symbol.asyncDispose]()
        } catch (error) {
          failures.push(error)
        }
      }
      // All of it is tried first: one that hangs on must not leave the others running.
      if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.')
    },
  }
}
