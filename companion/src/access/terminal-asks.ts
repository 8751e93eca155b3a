import type { Limit } from '@countersign/shared/policy/decision'
import { refusal, type Refusal } from '@countersign/shared/errors'
import type { Limits } from '../policy/limits.ts'
import { asError } from './as-error.ts'
import { type Mutes, terminalMuted } from './mutes.ts'

/** How often programs in the terminal may ask, whichever they are: it is one asker, and its grant is `terminal`. */
export const terminalLimit: Limit = { rule: '(terminal)', counter: '(terminal)', scope: 'grant', window: 60, max: 30 }

export const tooManyQuestions = (retryAfter: number): Refusal =>
  refusal('rate_limited', {
    rule: terminalLimit.rule,
    reason: `The terminal may ask ${terminalLimit.max} times a minute.`,
    next: `Try again in ${retryAfter} seconds.`,
    retryAfter,
  })

/** The same for a question of the terminal's that does not take the road: that of a pairing, which no pause holds up. */
export type TerminalAsks = {
  /** Counts the question. Throws `muted` or `rate_limited`. */
  require(): void
  /** Aborted as long as the terminal is muted. */
  muted(): AbortSignal
}

export const createTerminalAsks = (deps: {
  readonly mutes: Pick<Mutes, 'refusal' | 'signal'>
  readonly limits: Limits
}): TerminalAsks => ({
  require: () => {
    const { grant } = terminalMuted
    const muted = deps.mutes.refusal(grant)
    if (muted !== undefined) throw asError(muted)
    const reservation = deps.limits.reserve([terminalLimit], { grant, connection: '' })
    if (reservation.kind === 'limited') throw asError(tooManyQuestions(reservation.retryAfter))
  },
  muted: () => deps.mutes.signal(terminalMuted.grant),
})
