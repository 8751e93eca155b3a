import { refusal, type Refusal } from '@countersign/shared/errors'
import type { Session } from '@countersign/shared/session/session'
import type { SteadyClock } from '../steady-clock.ts'
import type { Vault } from '../vault/vault.ts'
import type { Gate } from './gate.ts'

/** Milliseconds between two saves of one account that nobody clicked for. */
const pause = 5 * 60_000

/**
 * Whether a session may be saved because its sign-in rotated, without a click. The browser keeps to the same rules; here they hold for
 * one that errs, too. Nothing is entered for a refusal, since nobody asked.
 */
export const createSavesItself = (deps: {
  readonly gate: Pick<Gate, 'closed'>
  readonly vault: Pick<Vault, 'latest'>
  readonly clock: SteadyClock
}): ((session: Session) => Refusal | undefined) => {
  const last = new Map<string, number>()
  return ({ account, signIn }) => {
    // Of the browser itself: what mutes an agent or the terminal is not about it.
    const closed = deps.gate.closed('browser')
    if (closed !== undefined) return closed
    if (signIn !== 'signed-in') return uncertain
    if (deps.vault.latest(account) === undefined) return refusal('no_such_session')
    const now = deps.clock.now()
    const before = last.get(account)
    if (before !== undefined && now - before < pause) {
      return refusal('saved_too_often', { retryAfter: Math.ceil((before + pause - now) / 1000) })
    }
    last.set(account, now)
    return undefined
  }
}

const uncertain = refusal('capture_refused', {
  reason: 'The sign-in is uncertain, and nothing of that kind is saved by itself.',
  next: 'Click Save session.',
})
