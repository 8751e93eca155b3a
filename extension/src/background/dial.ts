import { ChannelError, type ChannelReason } from '@countersign/shared/channel/channel-error'
import type { FrameSocket } from '@countersign/shared/channel/frame-socket'
import { REFUSED } from '@countersign/shared/channel/limits'
import type { SealedTransport } from '@countersign/shared/channel/transport'
import { usualPorts } from '@countersign/shared/protocol/ports'

export type Dialled =
  | { readonly kind: 'ours'; readonly transport: SealedTransport }
  /** The companion proved itself, and does not know this browser (any more). */
  | { readonly kind: 'unknown-here' }
  /** Something answers, and none of it is the companion that we paired with. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'not-running' }

/** The port that it was paired on, then the others. */
export const portsToDial = (paired: number): readonly number[] => [
  paired,
  ...usualPorts.filter((port) => port !== paired),
]

/**
 * Tries one port after the other, and stays with the first that is ours. A stranger on one does not end the search. (Not all at once: the
 * more sockets wait, the longer Chrome lets each wait after many that failed.)
 *
 * @param signal ends the search where nobody has answered yet; a meeting that has begun comes to its end
 */
export const dial = async (
  ports: readonly number[],
  open: (port: number, signal: AbortSignal) => Promise<FrameSocket>,
  meet: (socket: FrameSocket, port: number) => Promise<SealedTransport>,
  signal: AbortSignal,
): Promise<Dialled> => {
  const met = new Set<Meeting>()
  for (const port of ports) {
    if (signal.aborted) break
    const socket = await open(port, signal).catch(() => undefined)
    if (socket === undefined) continue
    try {
      return { kind: 'ours', transport: await meet(socket, port) }
    } catch (thrown) {
      met.add(meetingOf(thrown))
    }
  }
  if (met.has('unknown-here')) return { kind: 'unknown-here' }
  return met.has('stranger') ? { kind: 'foreign' } : { kind: 'not-running' }
}

type Meeting = 'unknown-here' | 'stranger' | 'lost'

/** What a handshake that failed says of who was there. Throws what is no word of the other end. */
export const meetingOf = (thrown: unknown): Meeting => {
  if (!(thrown instanceof ChannelError)) throw thrown
  const { reason, after, closeCode } = thrown
  if (reason === 'refused') {
    // A socket that broke off without our close code is a companion that stops or starts, or has no room right now.
    if (closeCode !== REFUSED) return 'lost'
    // After the third message it has proven its key already: it is ours, and it is us whom it doesn't take.
    return after === 'M3' ? 'unknown-here' : 'stranger'
  }
  if (strange.has(reason)) return 'stranger'
  if (reason === 'aborted' || reason === 'dead') return 'lost'
  throw thrown
}

const strange: ReadonlySet<ChannelReason> = new Set(['wrong-companion', 'malformed', 'timeout', 'too-big'])
