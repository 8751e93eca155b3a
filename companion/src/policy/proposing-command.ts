import { deferred } from '@countersign/shared/deferred'
import { asError } from '../access/as-error.ts'
import { reasonOf } from '../access/authorize.ts'
import type { Claim } from '../control/messages.ts'

/** What became of a proposal. */
export type ProposalOutcome = {
  readonly outcome: 'in-force' | 'accepted' | 'closed' | 'denied' | 'replaced'
  /** Of the policy that is in force by now. */
  readonly number: number
  /** What she said to a no. */
  readonly reason: string | null
}

/** A command that has proposed a policy, and waits for what becomes of it. */
export type ProposingCommand = {
  /** Of the text. */
  readonly digest: string
  readonly claim: Claim
  readonly ended: Promise<ProposalOutcome>
  settle(outcome: ProposalOutcome['outcome'], reason?: string | null): void
  fail(why: unknown): void
}

export const proposingCommand = (of: {
  readonly digest: string
  readonly claim: Claim
  readonly signal: AbortSignal
  /** Of the policy that is in force. */
  number(): number
  /** It went away before the end. */
  left(): void
}): ProposingCommand => {
  const { digest, claim, signal } = of
  const { promise, resolve, reject } = deferred<ProposalOutcome>()
  const leave = () => {
    reject(asError(reasonOf(signal)))
    of.left()
  }
  signal.addEventListener('abort', leave, { once: true })
  const done = () => signal.removeEventListener('abort', leave)
  return {
    digest,
    claim,
    ended: promise,
    settle: (outcome, reason = null) => {
      done()
      resolve({ outcome, number: of.number(), reason })
    },
    fail: (why) => {
      done()
      reject(why)
    },
  }
}
