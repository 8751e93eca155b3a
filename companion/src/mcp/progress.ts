import type { Deadline, Time } from '../time.ts'

export type Progress = { readonly progress: number; readonly total: number; readonly message: string }

/** Milliseconds between two signs of life: some clients give up after 60 seconds without one. */
const every = 10_000

/** Tells every ten seconds how long the person may still take; returns the way to stop. */
export const tellProgress = (
  time: Time,
  /** Undefined as long as nobody is being asked. */
  deadline: () => Deadline | undefined,
  tell: (progress: Progress) => void,
): (() => void) => {
  const start = time.monotonic()
  let stop: () => void = () => undefined
  const wait = () => {
    stop = time.after(every, () => {
      const left = deadline()?.milliseconds()
      if (left !== undefined) {
        const elapsed = Math.round((time.monotonic() - start) / 1000)
        const total = elapsed + Math.ceil(left / 1000)
        tell({ progress: elapsed, total, message: `Waiting for your yes in Chrome, ${inWords(left)} left` })
      }
      wait()
    })
  }
  wait()
  return () => stop()
}

const inWords = (milliseconds: number): string =>
  milliseconds >= 60_000 ? `${Math.floor(milliseconds / 60_000)} min` : `${Math.ceil(milliseconds / 1000)} s`
