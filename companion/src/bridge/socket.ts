import type { Duplex } from 'node:stream'
import type { FrameListener, FrameSocket } from '@countersign/shared/channel/frame-socket'
import { HANDSHAKE_BYTES, MAX_BACKLOG_BYTES, REFUSED } from '@countersign/shared/channel/limits'
import type { RawData, WebSocket } from 'ws'

/** A bridge's WebSocket as the channel wants it; until it is trusted it may send next to nothing. */
export type BridgeSocket = FrameSocket & {
  /** The handshake has succeeded: from now on the channel's own limits hold. */
  trust(): void
}

/** Milliseconds that a peer has to answer our close, before its socket is cut. */
const farewell = 1_000

/** What WebSocket adds to the frames of one handshake at most. */
const wrapping = 256

/**
 * @param raw the socket under the WebSocket. `ws` can't change its limit for a message later, and would keep the beginning of
 * a long one in memory, so before the handshake the bytes are counted here, below it.
 */
export const bridgeSocket = (ws: WebSocket, raw: Duplex): BridgeSocket => {
  let listener: FrameListener | undefined
  const kept: Uint8Array[] = []
  let end: number | undefined
  let room = HANDSHAKE_BYTES + wrapping
  let cutting: NodeJS.Timeout | undefined

  const close = (code: number) => {
    if (ws.readyState === ws.CLOSED || cutting !== undefined) return
    cutting = setTimeout(() => ws.terminate(), farewell)
    ws.close(code)
  }

  const count = (chunk: Buffer) => {
    room -= chunk.length
    if (room >= 0) return
    raw.off('data', count)
    kept.length = 0
    close(REFUSED)
    // Nothing more is read, so nothing more is kept.
    ws.pause()
  }
  raw.on('data', count)

  ws.on('message', (data: RawData, binary: boolean) => {
    if (cutting !== undefined) return
    if (!binary || !Buffer.isBuffer(data)) return close(REFUSED)
    if (listener === undefined) kept.push(data)
    else listener.frame(data)
  })
  // What `ws` finds wrong with a frame, it answers with its own close code; `close` follows.
  ws.on('error', () => {
    cutting ??= setTimeout(() => ws.terminate(), farewell)
  })
  ws.on('close', (code) => {
    clearTimeout(cutting)
    end = code
    listener?.closed(code)
  })

  return {
    send(frame) {
      if (ws.readyState !== ws.OPEN) return
      // A peer that doesn't read would have us keep all that it is sent.
      if (ws.bufferedAmount > MAX_BACKLOG_BYTES) return ws.terminate()
      ws.send(frame)
    },
    close,
    listen(to) {
      listener = to
      for (const frame of kept.splice(0)) to.frame(frame)
      if (end !== undefined) to.closed(end)
    },
    trust() {
      raw.off('data', count)
    },
  }
}
