import type { ErrorCode } from '@countersign/shared/errors'
import type { LedgerAsker, LedgerDetails } from '@countersign/shared/ledger/row'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** What a row may say that an act was. */
type ActKind =
  | 'session_saved'
  | 'session_restored'
  | 'session_forgotten'
  | 'account_named'
  | 'release'
  | 'grant'
  | 'unmuted'

/** A call that may write, between its intent and its outcome in the ledger. */
export type LedgerCall = {
  /** Enters the intent, unless that was done; without it, nothing may be written. */
  intend(): void
  /** The act was done: a row that says what, and the call's outcome. Gives the number of the former. */
  done(kind: ActKind, details: LedgerDetails): number
  /** It ran, and what it did leaves no row of its own. False when there is no intent that this could be the outcome of. */
  ran(): boolean
  /** It was not. False when there is no intent that this could be the outcome of. The first outcome stays. */
  refused(code: ErrorCode): boolean
}

export type LedgerCalls = {
  /** Nothing is entered yet. */
  prepare(asker: LedgerAsker, tool: string): LedgerCall
  /** With its intent. */
  begin(asker: LedgerAsker, tool: string): LedgerCall
}

export const createLedgerCalls = (deps: {
  readonly database: Pick<Database, 'transaction'>
  readonly ledger: Pick<Ledger, 'append' | 'begin' | 'settle'>
  newId(): string
}): LedgerCalls => {
  const { database, ledger } = deps

  const prepare = (asker: LedgerAsker, tool: string): LedgerCall => {
    const call = deps.newId()
    let state: 'prepared' | 'intended' | 'settled' = 'prepared'
    const intend = () => {
      if (state !== 'prepared') return
      ledger.begin({ call, asker, tool })
      state = 'intended'
    }
    return {
      intend,
      done: (kind, details) => {
        const seq = database.transaction(() => {
          const row = ledger.append({ kind, asker, tool, details })
          ledger.settle(call, { outcome: 'done' })
          return row.seq
        })
        state = 'settled'
        return seq
      },
      ran: () => {
        if (state === 'prepared') return false
        if (state === 'intended') ledger.settle(call, { outcome: 'done' })
        state = 'settled'
        return true
      },
      refused: (code) => {
        if (state === 'prepared') return false
        if (state === 'settled') return true
        state = 'settled'
        try {
          ledger.settle(call, { outcome: 'refused', code })
        } catch {
          // Such as a full disk. What the caller hears matters more; the next start names this call.
        }
        return true
      },
    }
  }

  return {
    prepare,
    begin: (asker, tool) => {
      const made = prepare(asker, tool)
      made.intend()
      return made
    },
  }
}
