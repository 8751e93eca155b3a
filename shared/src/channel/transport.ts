import { type Bytes, copyOf, joined } from './bytes.ts'
import { ChannelError } from './channel-error.ts'
import type { FrameListener, FrameSocket } from './frame-socket.ts'
import type { Opener, Sealer } from './hpke.ts'
import {
  DONE,
  MAX_AGE_MS,
  MAX_BACKLOG_BYTES,
  MAX_BACKLOG_RECORDS,
  MAX_FRAME_BYTES,
  MAX_RECORDS,
  REFUSED,
} from './limits.ts'

/**
 * How a channel ended.
 *
 * - `closed` by us, `bye` by the peer in a sealed record; only these two were meant
 * - `lost` the socket went away without a bye, so the last messages may be missing
 * - `rekey` its keys have served long enough: connect again
 * - `too-big` a frame, or all that waits, is over the cap
 * - `broken` a frame that doesn't open: changed, replayed, reordered, dropped, or of another connection
 * - `fault` our own listener threw; it is the second argument of `closed`
 */
export type ChannelEnd = 'closed' | 'bye' | 'lost' | 'rekey' | 'too-big' | 'broken' | 'fault'

export interface TransportListener {
  message(text: string): void
  /** Once, and nothing after it. */
  closed(reason: ChannelEnd, cause?: unknown): void
}

export interface SealedTransport {
  /** The 65 bytes that the peer has proven. */
  readonly peerIdentity: Uint8Array
  /** Resolves when the message is with the socket, in the order of the calls. Rejects with `too-big`, or `dead`. */
  send(text: string): Promise<void>
  /** Once. Messages that came before, and the end, are kept until then. */
  listen(on: TransportListener): void
  /** A sealed bye behind all that was sent, then the socket's close. Never rejects. */
  close(): Promise<void>
}

export type TransportParts = {
  readonly socket: FrameSocket
  readonly sealer: Sealer
  readonly opener: Opener
  readonly transcript: Bytes
  readonly peerIdentity: Uint8Array
  readonly limits?: { readonly records?: number; readonly ageMs?: number }
  readonly clock?: Clock
}

/** Milliseconds. A monotonic clock stops while the machine sleeps, a wall clock can be set: the older age counts. */
export type Clock = { wall(): number; monotonic(): number }

const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() }

/** The transport, and where the socket's frames have to go. */
export function createTransport(parts: TransportParts): { transport: SealedTransport; frames: FrameListener } {
  const { socket, transcript, peerIdentity, clock = systemClock } = parts
  const maxRecords = parts.limits?.records ?? MAX_RECORDS
  const maxAge = parts.limits?.ageMs ?? MAX_AGE_MS
  const born = { wall: clock.wall(), monotonic: clock.monotonic() }

  // Dropped at the end. Bytes of keys may stay in memory until they are collected: JavaScript can't wipe them.
  let keys: { sealer: Sealer; opener: Opener } | undefined = parts
  // Sticky: after a failed open the library would open the next good frame.
  let end: { reason: ChannelEnd; cause: unknown } | undefined
  let leaving: Promise<void> | undefined
  let told = false
  let listener: TransportListener | undefined
  const kept: string[] = []
  let keptBytes = 0
  let arriving = 0
  let arrivingBytes = 0
  let sent = 0
  let received = 0
  let outbound: Promise<unknown> = Promise.resolve()
  let inbound: Promise<unknown> = Promise.resolve()

  function die(reason: ChannelEnd, cause?: unknown): void {
    if (end !== undefined) return
    end = { reason, cause }
    keys = undefined
    const violated = reason === 'broken' || reason === 'too-big' || reason === 'fault'
    if (violated) kept.length = 0
    socket.close(violated ? REFUSED : DONE)
    tell()
  }

  function tell(): void {
    if (end === undefined || listener === undefined || told) return
    told = true
    listener.closed(end.reason, end.cause)
  }

  async function seal(type: number, body: Bytes): Promise<void> {
    if (keys === undefined) throw new ChannelError('dead', 'The channel has ended.')
    const head = Uint8Array.of(type)
    const sealed = await keys.sealer.seal(body, joined(head, transcript))
    // It may have ended while this was sealed.
    if (end !== undefined) throw new ChannelError('dead', 'The channel has ended.')
    sent += 1
    socket.send(joined(head, sealed))
  }

  // One queue: a seal that takes longer must not be overtaken by a later one.
  function enqueue(type: number, body: Bytes): Promise<void> {
    const done = outbound.then(() => seal(type, body))
    outbound = done.catch((error: unknown) => {
      if (!(error instanceof ChannelError)) die('lost', error)
    })
    return done
  }

  function leave(reason: 'closed' | 'rekey'): Promise<void> {
    // When there is no channel left to say it on, the socket's end has to do.
    leaving ??= enqueue(BYE, new Uint8Array(0))
      .catch(() => undefined)
      .then(() => die(reason))
    return leaving
  }

  function rekeyIfDue(): void {
    const age = Math.max(clock.wall() - born.wall, clock.monotonic() - born.monotonic)
    if (age >= maxAge || sent >= maxRecords || received >= maxRecords) void leave('rekey')
  }

  async function receive(frame: Bytes): Promise<void> {
    arriving -= 1
    arrivingBytes -= frame.length
    if (keys === undefined) return
    const type = frame[0]
    if (type !== MESSAGE && type !== BYE) return die('broken')
    const opened = await opens(keys.opener, frame, transcript)
    if (end !== undefined) return
    if (opened === undefined) return die('broken')
    received += 1
    if (type === BYE) return die(opened.length === 0 ? 'bye' : 'broken')
    const text = decoded(opened)
    if (text === undefined) return die('broken')
    deliver(text, opened.length)
    rekeyIfDue()
  }

  function deliver(text: string, bytes: number): void {
    if (told) return
    if (listener === undefined) {
      kept.push(text)
      keptBytes += bytes
      if (keptBytes > MAX_BACKLOG_BYTES || kept.length > MAX_BACKLOG_RECORDS) die('too-big')
      return
    }
    try {
      listener.message(text)
    } catch (cause) {
      die('fault', cause)
    }
  }

  const transport: SealedTransport = {
    peerIdentity: copyOf(peerIdentity),
    async send(text) {
      if (end !== undefined || leaving !== undefined) throw new ChannelError('dead', 'The channel has ended.')
      const body = new TextEncoder().encode(text)
      if (body.length > MAX_FRAME_BYTES - OVERHEAD_BYTES) throw new ChannelError('too-big', 'The message is too big.')
      await enqueue(MESSAGE, body)
      rekeyIfDue()
    },
    listen(on) {
      listener = on
      for (const text of kept.splice(0)) deliver(text, 0)
      tell()
    },
    close: () => leave('closed'),
  }

  const frames: FrameListener = {
    frame(bytes) {
      if (end !== undefined) return
      arriving += 1
      arrivingBytes += bytes.length
      // A short one costs as much as a long one while it waits: some hundred bytes beside its own.
      if (arriving > MAX_BACKLOG_RECORDS) return die('too-big')
      if (bytes.length > MAX_FRAME_BYTES || arrivingBytes > MAX_BACKLOG_BYTES) return die('too-big')
      const frame = copyOf(bytes)
      inbound = inbound.then(() => receive(frame))
    },
    // Behind the frames that are still being opened: the last of them may be the peer's bye.
    closed() {
      inbound = inbound.then(() => die('lost'))
    },
  }

  return { transport, frames }
}

const MESSAGE = 0x10
const BYE = 0x11
const OVERHEAD_BYTES = 17

async function opens(opener: Opener, frame: Bytes, transcript: Bytes): Promise<Bytes | undefined> {
  try {
    return await opener.open(frame.subarray(1), joined(frame.subarray(0, 1), transcript))
  } catch {
    return undefined
  }
}

function decoded(body: Bytes): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}
