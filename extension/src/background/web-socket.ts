import type { FrameListener, FrameSocket } from '@countersign/shared/channel/frame-socket'
import { REFUSED } from '@countersign/shared/channel/limits'
import { CountersignError } from '@countersign/shared/errors'

/**
 * Milliseconds until a port that took the connection, and says nothing, counts as one where nobody is. Chrome itself lets a socket
 * wait for up to five seconds when many before it have failed.
 */
const openDeadline = 7_000

/** Opens the bridge on a port of this machine. Throws `not_running` when nothing answers there as a WebSocket. */
export const openBridge = async (port: number, signal?: AbortSignal): Promise<FrameSocket> => {
  // The literal address: `localhost` could be somebody else's, on [::1].
  const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`)
  socket.binaryType = 'arraybuffer'
  const frames = frameSocketOver(socket)
  const limits = [AbortSignal.timeout(openDeadline), ...(signal === undefined ? [] : [signal])]
  const given = AbortSignal.any(limits)
  try {
    await opening(socket, given)
    return frames
  } catch (cause) {
    socket.close()
    throw new CountersignError('not_running', { cause })
  }
}

const opening = (socket: WebSocket, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = new AbortController()
    const until = { signal: stop.signal }
    const end = (settle: () => void) => () => {
      stop.abort()
      settle()
    }
    socket.addEventListener('open', end(resolve), until)
    socket.addEventListener(
      'close',
      end(() => reject(new Error('closed before it was open'))),
      until,
    )
    signal.addEventListener(
      'abort',
      end(() => reject(new Error('not open in time'))),
      until,
    )
    if (signal.aborted) end(() => reject(new Error('not wanted any more')))()
  })

/** Keeps what arrives until somebody listens, as the channel asks of its sockets. */
const frameSocketOver = (socket: WebSocket): FrameSocket => {
  const waiting: ((on: FrameListener) => void)[] = []
  let listener: FrameListener | undefined
  const tell = (event: (on: FrameListener) => void): void => {
    if (listener === undefined) waiting.push(event)
    else event(listener)
  }
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) tell((on) => on.frame(new Uint8Array(data)))
    // Text has no place on the bridge.
    else socket.close(REFUSED)
  })
  socket.addEventListener('close', ({ code }) => tell((on) => on.closed(code)))
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array(frame))
    },
    close: (code) => socket.close(code),
    listen(on) {
      listener = on
      for (const event of waiting.splice(0)) event(on)
    },
  }
}
