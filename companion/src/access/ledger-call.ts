import type { ErrorCode } from '@countersign/shared/errors'
import type { LedgerAsker, LedgerDetails } from '@countersign/shared/ledger/row'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** A call that may write, between its intent and its outcome in the ledger. */
export type LedgerCall = {
  /** The act was done: one row that says what, and the call's outcome. Gives the number of the former. */
  done(kind: 'session_saved' | 'release' | 'grant', details: LedgerDetails): number
  /** Somebody else's call did it for both. */
  shared(): void
  /** It was not. The first outcome stays; a ledger that can't be written leaves the call to be named `interrupted`. */
  refused(code: ErrorCode): void
}

export type LedgerCalls = { begin(asker: LedgerAsker, tool: string): LedgerCall }

export const createLedgerCalls = (deps: {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'append' | 'begin' | 'settle'>
  newId(): string
}): LedgerCalls => ({
  begin: (asker, tool) => {
    const { database, ledger } = deps
    const call = deps.newId()
    let settled = false
    ledger.begin({ call, asker, tool })
    const settle = (how: { outcome: 'done' | 'refused'; code?: ErrorCode }) => {
      if (settled) return
      settled = true
      try {
        ledger.settle(call, how)
      } catch {
        // What the caller hears matters more; the next start names this call.
      }
    }
    return {
      done: (kind, details) => {
        const { seq } = database.transaction(() => {
          const row = ledger.append({ kind, asker, tool, details })
          if (!settled) ledger.settle(call, { outcome: 'done' })
          return row
        })
        settled = true
        return seq
      },
      shared: () => settle({ outcome: 'done' }),
      refused: (code) => settle({ outcome: 'refused', code }),
    }
  },
})
