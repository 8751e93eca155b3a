import { once } from 'node:events'
import type { FrameListener, FrameSocket } from '@countersign/shared/channel/frame-socket'
import { WebSocket, type RawData } from 'ws'
import { within } from './until.ts'

/** What Chromium sends as the origin of our extension. Any program can send the same. */
export const ourOrigin = 'chrome-extension://libcippkfpmjjmagobgemfiomliiolhb'

/** A program's socket at the companion's bridge, past the upgrade. */
export type BridgeSocket = FrameSocket & {
  readonly ws: WebSocket
  /** Every frame that came, also those that were handed on. */
  readonly heard: readonly Buffer[]
  /** The code with which the other end closed. */
  closed(seconds?: number): Promise<number>
}

/** Dials the bridge with our origin, and with whatever else a program likes to send. Throws when the upgrade is refused. */
export async function openBridgeSocket(port: number, headers: Record<string, string> = {}): Promise<BridgeSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/bridge`, {
    headers: { origin: ourOrigin, ...headers },
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  const heard: Buffer[] = []
  const waiting: Buffer[] = []
  let listener: FrameListener | undefined
  let end: number | undefined
  ws.on('message', (data: RawData) => {
    if (!Buffer.isBuffer(data)) return
    heard.push(data)
    if (listener === undefined) waiting.push(data)
    else listener.frame(data)
  })
  const closed = new Promise<number>((resolve) => {
    ws.once('close', (code) => {
      end = code
      listener?.closed(code)
      resolve(code)
    })
  })
  await within(10, 'the upgrade of the bridge', once(ws, 'open'))
  // From here on whatever goes wrong ends in `close`.
  ws.on('error', () => undefined)
  return {
    ws,
    heard,
    closed: (seconds = 10) => within(seconds, 'the close of the bridge', closed),
    send: (frame) => ws.send(frame),
    close: (code) => ws.close(code),
    listen(on) {
      listener = on
      for (const frame of waiting.splice(0)) on.frame(frame)
      if (end !== undefined) on.closed(end)
    },
  }
}
