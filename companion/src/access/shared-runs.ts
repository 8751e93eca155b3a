import { CountersignError } from '@countersign/shared/errors'
import { type Deadline, deadlineIn, type Time, whenPassed } from '../time.ts'

/**
 * Identical calls at the same time are one run with one result. Who can't wait that long is told to come back, and from then on the
 * run goes on whoever waits for it, and its result waits for the next who asks.
 */
export type SharedRuns<T> = {
  /**
   * The result of the run with this key, which is started unless it is under way or its result is waiting to be taken. Rejects
   * with the signal's reason when it is aborted before the end; the last to leave calls the run off, unless somebody was told
   * to come back for it.
   */
  join(
    key: string,
    signal: AbortSignal,
    how: { readonly patience: number; run(signal: AbortSignal): Promise<T> },
  ): Promise<Joined<T>>
}

export type Joined<T> = { readonly kind: 'result'; readonly result: T } | { readonly kind: 'come-back' }

type Running<T> = {
  readonly result: Promise<T>
  readonly ends: AbortController
  waiting: number
  /** Somebody was told to come back for it. */
  promised: boolean
}

/** More than that wait for one answer only by mistake or by malice. */
const mostWaiting = 64
/** Milliseconds that a result waits for who was told to come back for it. */
const keptFor = 10 * 60_000

export const createSharedRuns = <T>(deps: {
  readonly time: Time
  /** Whether a result still says something when it is taken later. */
  lasts(result: T): boolean
}): SharedRuns<T> => {
  const { time } = deps
  const running = new Map<string, Running<T>>()
  const kept = new Map<string, { readonly result: T; readonly deadline: Deadline; forget(): void }>()

  const keep = (key: string, result: T) => {
    kept.get(key)?.forget()
    const deadline = deadlineIn(time, keptFor)
    const stop = whenPassed(time, deadline, () => kept.delete(key))
    const forget = () => {
      stop()
      kept.delete(key)
    }
    kept.set(key, { result, deadline, forget })
  }
  const start = (key: string, run: (signal: AbortSignal) => Promise<T>): Running<T> => {
    const ends = new AbortController()
    const ended = run(ends.signal).then((result) => {
      // Who waits now takes it; it is kept only for who is still to come back, and is taken once.
      if (made.promised && made.waiting === 0 && deps.lasts(result)) keep(key, result)
      return result
    })
    const result = ended.finally(() => {
      if (running.get(key) === made) running.delete(key)
    })
    // Who joined hears of a failure; when nobody is left, nobody has to.
    result.catch(() => undefined)
    const made: Running<T> = { result, ends, waiting: 0, promised: false }
    running.set(key, made)
    return made
  }
  const leave = (key: string, left: Running<T>, why: unknown) => {
    left.waiting -= 1
    if (left.waiting > 0 || left.promised) return
    // A call that comes now is a new one: this run is ending.
    if (running.get(key) === left) running.delete(key)
    left.ends.abort(why)
  }

  return {
    join: async (key, signal, { patience, run }) => {
      signal.throwIfAborted()
      const waits = kept.get(key)
      waits?.forget()
      if (waits?.deadline.passed() === false) return { kind: 'result', result: waits.result }
      const joined = running.get(key) ?? start(key, run)
      if (joined.waiting >= mostWaiting) throw new CountersignError('approval_busy')
      joined.waiting += 1
      let undo: () => void = () => undefined
      const impatient = new Promise<Joined<T>>((resolve, reject) => {
        const abort = () => {
          leave(key, joined, signal.reason)
          reject(signal.reason)
        }
        const stop = whenPassed(time, deadlineIn(time, patience), () => {
          joined.promised = true
          joined.waiting -= 1
          signal.removeEventListener('abort', abort)
          resolve({ kind: 'come-back' })
        })
        signal.addEventListener('abort', abort, { once: true })
        undo = () => {
          stop()
          signal.removeEventListener('abort', abort)
        }
      })
      const ended = joined.result.then((result): Joined<T> => ({ kind: 'result', result }))
      try {
        return await Promise.race([ended, impatient])
      } finally {
        undo()
      }
    },
  }
}
