import type { Time } from '../time.ts'

/** Milliseconds. A service worker is stopped after 30 s without data; pings of the WebSocket itself don't count. */
const silence = 20_000

/**
 * Says something whenever nothing was heard for a while.
 *
 * @param beat rejects when the other end doesn't answer; then `lost` is called, once, and no beat follows
 */
export const startHeartbeat = (deps: {
  readonly time: Time
  beat(): Promise<unknown>
  lost(): void
}): { heard(): void; stop(): void } => {
  const { time } = deps
  let heardAt = time.monotonic()
  let stopped = false
  let stopTimer: () => void = () => undefined

  const wait = () => {
    if (stopped) return
    stopTimer = time.after(Math.max(1, heardAt + silence - time.monotonic()), () => void look())
  }
  const look = async () => {
    if (time.monotonic() - heardAt < silence) return wait()
    try {
      await deps.beat()
      heardAt = time.monotonic()
      wait()
    } catch {
      if (!stopped) deps.lost()
    }
  }
  wait()

  return {
    heard() {
      heardAt = time.monotonic()
    },
    stop() {
      stopped = true
      stopTimer()
    },
  }
}
