import { copyOf } from './bytes.ts'
import type { FrameListener, FrameSocket } from './frame-socket.ts'

/** What an attacker in the middle makes of a frame: none, one or more that arrive instead. `count` begins at 0. */
export type Meddler = (frame: Uint8Array, from: 'browser' | 'companion', count: number) => readonly Uint8Array[]

export type MemorySockets = {
  readonly browser: FrameSocket
  readonly companion: FrameSocket
  /** Lets a frame arrive that nobody sent. */
  inject(to: 'browser' | 'companion', frame: Uint8Array): void
  /** Cuts the connection, as when a process dies. */
  cut(code?: number): void
  /** Every frame that was sent, as it was before meddling. */
  readonly sent: readonly { from: 'browser' | 'companion'; frame: Uint8Array }[]
}

/** Two ends of a connection in one process, for tests: ordered, asynchronous, with somebody in the middle if you like. */
export function createMemorySockets(meddle: Meddler = (frame) => [frame]): MemorySockets {
  const sent: { from: 'browser' | 'companion'; frame: Uint8Array }[] = []
  const counts = { browser: 0, companion: 0 }
  let closed = false
  const ends = { browser: createEnd(), companion: createEnd() }

  function socketOf(from: 'browser' | 'companion', to: 'browser' | 'companion'): FrameSocket {
    return {
      send(frame) {
        if (closed) return
        const copy = copyOf(frame)
        sent.push({ from, frame: copy })
        for (const arriving of meddle(copyOf(copy), from, counts[from]++)) ends[to].push({ frame: copyOf(arriving) })
      },
      close,
      listen: (on) => ends[from].listen(on),
    }
  }

  function close(code: number): void {
    if (closed) return
    closed = true
    ends.browser.push({ code })
    ends.companion.push({ code })
  }

  return {
    browser: socketOf('browser', 'companion'),
    companion: socketOf('companion', 'browser'),
    inject: (to, frame) => ends[to].push({ frame: copyOf(frame) }),
    cut: (code = 1006) => close(code),
    sent,
  }
}

type Event = { frame: Uint8Array } | { code: number }

function createEnd(): { push(event: Event): void; listen(on: FrameListener): void } {
  const waiting: Event[] = []
  let listener: FrameListener | undefined
  let ended = false

  function drain(): void {
    if (listener === undefined) return
    for (let event = waiting.shift(); event !== undefined && !ended; event = waiting.shift()) {
      if ('frame' in event) listener.frame(event.frame)
      else {
        ended = true
        listener.closed(event.code)
      }
    }
  }

  return {
    push(event) {
      waiting.push(event)
      queueMicrotask(drain)
    },
    listen(on) {
      listener = on
      queueMicrotask(drain)
    },
  }
}
