import type { BridgeSocket } from '../support/bridge-socket.ts'
import type { Via } from '../support/wire-browser.ts'

/** Sits between a browser on the wire and its socket: what goes out can be held back, and something else sent. */
export type Tap = {
  readonly via: Via
  /** Once the browser has dialled. */
  socket(): BridgeSocket
  /** All that the browser wanted to send, also what was held back. */
  readonly wanted: readonly Buffer[]
  /** The lengths of what came from the companion. */
  heard(): readonly number[]
}

/** @param instead what to send for the frame with this number, counted from 0; the first two are the handshake's */
export function createTap(instead: (frame: Buffer, number: number) => readonly Buffer[]): Tap {
  const wanted: Buffer[] = []
  let dialled: BridgeSocket | undefined
  const socket = (): BridgeSocket => {
    if (dialled === undefined) throw new Error('Nothing was dialled.')
    return dialled
  }
  return {
    wanted,
    socket,
    heard: () => socket().heard.map(({ length }) => length),
    via(opened) {
      dialled = opened
      return {
        ...opened,
        send(bytes) {
          const frame = Buffer.from(bytes)
          wanted.push(frame)
          for (const other of instead(frame, wanted.length - 1)) opened.send(other)
        },
      }
    },
  }
}
