import { CountersignError } from '@countersign/shared/errors'

/** Identical calls at the same time are one run with one result; the last to leave calls it off. */
export type SharedRuns<T> = {
  /** Rejects with the signal's reason when it is aborted before the end. */
  join(key: string, signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T>
}

type Running<T> = { readonly result: Promise<T>; readonly ends: AbortController; waiting: number }

/** More than that wait for one answer only by mistake or by malice. */
const mostWaiting = 64

export const createSharedRuns = <T>(): SharedRuns<T> => {
  const running = new Map<string, Running<T>>()

  const start = (key: string, run: (signal: AbortSignal) => Promise<T>): Running<T> => {
    const ends = new AbortController()
    const result = run(ends.signal).finally(() => {
      if (running.get(key)?.ends === ends) running.delete(key)
    })
    // Who joined hears of a failure; when nobody is left, nobody has to.
    result.catch(() => undefined)
    const made = { result, ends, waiting: 0 }
    running.set(key, made)
    return made
  }

  return {
    join: async (key, signal, run) => {
      signal.throwIfAborted()
      const joined = running.get(key) ?? start(key, run)
      if (joined.waiting >= mostWaiting) throw new CountersignError('approval_busy')
      joined.waiting += 1
      let leave: () => void = () => undefined
      const left = new Promise<never>((_resolve, reject) => {
        leave = () => {
          joined.waiting -= 1
          if (joined.waiting === 0) {
            // A call that comes now is a new one: this run is ending.
            if (running.get(key) === joined) running.delete(key)
            joined.ends.abort(signal.reason)
          }
          reject(signal.reason)
        }
      })
      signal.addEventListener('abort', leave, { once: true })
      try {
        return await Promise.race([joined.result, left])
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
  }
}
