import { ChannelError, type ChannelReason } from '@countersign/shared/channel/channel-error'
import { companionAsker } from '../ledger/askers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Time } from '../time.ts'

/** Enters in the ledger that somebody without a pairing knocked; a flood of them makes one row a minute, with its count. */
export type UnknownPeers = {
  /** How a handshake failed. */
  noted(failure: unknown): void
  /** Enters what is still uncounted. */
  close(): void
}

/** Came as somebody, and was not let in. Those who fell silent, hung up or were called off have shown nothing. */
const telling: ReadonlySet<ChannelReason> = new Set<ChannelReason>([
  'unknown-browser',
  'no-pairing-window',
  'bad-proof',
  'code-used',
  'malformed',
])

const minute = 60_000

export const createUnknownPeers = (deps: {
  readonly ledger: Pick<Ledger, 'append'>
  readonly time: Time
}): UnknownPeers => {
  let count = 0
  let stop: (() => void) | undefined

  const enter = () => {
    stop = undefined
    if (count === 0) return
    const details = { count }
    count = 0
    stop = deps.time.after(minute, enter)
    try {
      deps.ledger.append({
        kind: 'peer_unknown',
        asker: companionAsker,
        outcome: 'refused',
        details,
      })
    } catch {
      // A disk that takes no row must not make a stranger's knock our fault; the refusal itself stands.
    }
  }

  return {
    noted(failure) {
      if (!(failure instanceof ChannelError) || !telling.has(failure.reason)) return
      count += 1
      if (stop === undefined) enter()
    },
    close() {
      stop?.()
      enter()
      stop?.()
    },
  }
}
