import type { Countersigned } from '@countersign/shared/approval/countersignature'
import type { Asker, Subject } from '@countersign/shared/approval/prompt'
import { CountersignError, refusalOf } from '@countersign/shared/errors'
import { toldToPerson } from '@countersign/shared/told-to-person'
import type { Broker } from '../approvals/broker.ts'
import type { Claim } from '../control/messages.ts'
import { asError } from './as-error.ts'
import type { PolicyCall } from '../policy/evaluate.ts'
import type { Authorize } from './authorize.ts'
import type { LedgerCall, LedgerCalls } from './ledger-call.ts'

/** What a command in the terminal would have done. */
export type TerminalWish<T> = {
  /** As the prompt and the ledger name it. */
  readonly action: string
  /** Digest of its arguments. */
  readonly args: string
  readonly subject: Subject
  /** What the policy may forbid of it; undefined for what is none of its business. */
  readonly policy?: PolicyCall
  /** After her yes; the entry's outcome is its to give. Says what is told in the browsers. */
  act(signed: Countersigned, entry: LedgerCall): Done<T> | Promise<Done<T>>
}

type Done<T> = { readonly result: T; readonly told: string }

/** Asks the person for it, and does it after her yes. Throws a coded error for anything else. */
export type TerminalAct = <T>(wish: TerminalWish<T>, claim: Claim, signal: AbortSignal) => Promise<T>

export const createTerminalAct = (deps: {
  readonly authorize: Authorize
  readonly broker: Pick<Broker, 'end'>
  readonly calls: LedgerCalls
  /** Seconds that the person has to answer. */
  readonly patience: number
}): TerminalAct => {
  const { authorize, broker, calls, patience } = deps
  return async ({ action, args, subject, policy, act }, claim, signal) => {
    const asker: Asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim }
    let entry: LedgerCall | undefined
    const road = await authorize(
      {
        asker,
        action,
        policy,
        reason: null,
        args,
        patience,
        subjects: (connected) =>
          Promise.resolve({
            kind: 'ready',
            byBrowser: new Map(connected.map(({ fingerprint }) => [fingerprint, subject])),
          }),
        asking: () => {
          entry = calls.begin({ kind: asker.kind, label: asker.label }, action)
        },
      },
      signal,
    )
    if (road.kind === 'refused') {
      entry?.refused(road.refusal.code)
      throw asError(road.refusal)
    }
    if (road.kind === 'allowed' || entry === undefined) throw new CountersignError('internal')
    const { prompt, signed } = road.approval
    try {
      const { result, told } = await act(signed, entry)
      broker.end(prompt.id, 'done', told)
      return result
    } catch (thrown) {
      const why = refusalOf(thrown)
      entry.refused(why.code)
      road.giveBack()
      broker.end(prompt.id, 'failed', toldToPerson(why))
      throw thrown
    }
  }
}
