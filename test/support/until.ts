import { setTimeout as pause } from 'node:timers/promises'

type Nothing = undefined | null | false

/**
 * Looks again and again until there is something, and gives it. Fails at the deadline with what was waited for, and with
 * what stood in the way the last time.
 */
export async function until<T>(
  what: string,
  look: () => T | Nothing | Promise<T | Nothing>,
  { seconds = 10 }: { seconds?: number } = {},
): Promise<T> {
  const deadline = performance.now() + seconds * 1000
  let inTheWay: unknown
  for (;;) {
    try {
      const found = await look()
      if (found !== undefined && found !== null && found !== false) return found
      inTheWay = undefined
    } catch (error) {
      inTheWay = error
    }
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s until ${what}.`, { cause: inTheWay })
    await pause(25)
  }
}

/** Gives what comes, or fails at the deadline with what was waited for. */
export async function within<T>(seconds: number, what: string, coming: Promise<T>): Promise<T> {
  const stop = new AbortController()
  const late = pause(seconds * 1000, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`Waited ${seconds} s for ${what}.`)
  })
  try {
    return await Promise.race([coming, late])
  } finally {
    stop.abort()
    late.catch(() => undefined)
  }
}
