import { deferred } from '../deferred.ts'
import { type Bytes, copyOf } from './bytes.ts'
import { ChannelError, type LastSent } from './channel-error.ts'
import type { FrameListener, FrameSocket } from './frame-socket.ts'
import { HANDSHAKE_BYTES, HANDSHAKE_MS, MAX_BACKLOG_BYTES, REFUSED } from './limits.ts'

/** A socket while the handshake lasts: frames are taken one by one, and whatever goes wrong ends it. */
export type Wire = {
  /** The next frame, copied. Throws `refused` when the peer has closed, or what else ended the handshake. */
  next(): Promise<Bytes>
  send(message: LastSent | 'M4', frame: Bytes): void
  /** Before an act that can't be undone. Throws when the handshake is over or nobody is there any more. */
  checkAlive(): void
  /** The peer has proven who it is, and may already send records behind its last message. */
  expectRecords(): void
  /** The handshake is done: frames go there from now on, first those that are here already. */
  handOver(to: FrameListener): void
}

/** Has one handshake over a socket. Throws a ChannelError only, and then the socket is closed, the same for every reason. */
export async function converse<T>(
  { socket, signal }: { socket: FrameSocket; signal: AbortSignal },
  talk: (wire: Wire) => Promise<T>,
): Promise<T> {
  const arrived: Bytes[] = []
  let room = HANDSHAKE_BYTES
  let closedWith: number | undefined
  let failure: ChannelError | undefined
  let lastSent: LastSent | undefined
  let listener: FrameListener | undefined
  const failed = deferred<never>()
  let news = deferred<void>()

  const timer = setTimeout(() => fail(new ChannelError('timeout', 'The handshake took too long.')), HANDSHAKE_MS)
  const abort = () => fail(new ChannelError('aborted', 'The handshake was called off.', { cause: signal.reason }))
  signal.addEventListener('abort', abort)

  function fail(error: ChannelError): void {
    if (failure !== undefined || listener !== undefined) return
    failure = error
    arrived.length = 0
    socket.close(REFUSED)
    failed.reject(error)
    news.resolve()
  }

  function refused(): ChannelError {
    return new ChannelError('refused', 'The other end closed.', { closeCode: closedWith, after: lastSent })
  }

  socket.listen({
    frame(bytes) {
      if (listener !== undefined) listener.frame(bytes)
      else if (failure === undefined) {
        room -= bytes.length
        if (room < 0) return fail(new ChannelError('too-big', 'The other end sent too much.'))
        arrived.push(copyOf(bytes))
        news.resolve()
      }
    },
    closed(code) {
      closedWith = code
      listener?.closed(code)
      news.resolve()
    },
  })

  const wire: Wire = {
    async next() {
      for (;;) {
        if (failure !== undefined) throw failure
        const frame = arrived.shift()
        if (frame !== undefined) return frame
        if (closedWith !== undefined) throw refused()
        await news.promise
        news = deferred()
      }
    },
    send(message, frame) {
      wire.checkAlive()
      if (message !== 'M4') lastSent = message
      socket.send(frame)
    },
    checkAlive() {
      if (failure !== undefined) throw failure
      if (closedWith !== undefined) throw refused()
    },
    expectRecords() {
      room = MAX_BACKLOG_BYTES
    },
    handOver(to) {
      if (failure !== undefined) throw failure
      listener = to
      for (const frame of arrived.splice(0)) to.frame(frame)
      if (closedWith !== undefined) to.closed(closedWith)
    },
  }

  try {
    if (signal.aborted) abort()
    return await Promise.race([failed.promise, talk(wire)])
  } catch (thrown) {
    const error =
      thrown instanceof ChannelError ? thrown : new ChannelError('library', 'Something failed.', { cause: thrown })
    fail(error)
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
