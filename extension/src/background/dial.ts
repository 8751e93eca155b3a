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
 * Tries the port that it was paired on, and then all others at once: Chrome makes sockets wait for seconds when many before them have
 * failed. Stays with the first that is ours; a stranger on one does not end the search.
 */
export const dial = async (
  ports: readonly number[],
  open: (port: number) => Promise<FrameSocket>,
  meet: (socket: FrameSocket, port: number) => Promise<SealedTransport>,
): Promise<Dialled> => {
  const met = new Set<Meeting>()
  const faults: unknown[] = []
  const tryPort = async (port: number): Promise<SealedTransport> => {
    const socket = await open(port)
    try {
      return await meet(socket, port)
    } catch (thrown) {
      note(thrown)
      throw thrown
    }
  }
  const note = (thrown: unknown): void => {
    try {
      met.add(meetingOf(thrown))
    } catch (fault) {
      faults.push(fault)
    }
  }
  for (const together of [ports.slice(0, 1), ports.slice(1)]) {
    const transport = await Promise.any(together.map(tryPort)).catch(() => undefined)
    if (transport !== undefined) return { kind: 'ours', transport }
  }
  if (faults.length > 0) throw faults[0]
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
