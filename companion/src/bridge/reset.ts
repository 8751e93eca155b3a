import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Time } from '../time.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import type { Pins } from './pins.ts'

/**
 * The one erasure that needs no browser's answer: sessions, grants, the accepted policy and every pairing go together, so
 * that nothing is left to whoever pairs next. What stays is the ledger, with a mark in it.
 */
export type Reset = {
  run(by: LedgerAsker): void
  /** Whether there is anything that only a paired browser can have allowed. */
  leftovers(): boolean
  /** When it was run last; ISO 8601, null for never. */
  lastAt(): string | null
}

/** One kind of thing that a reset takes along. */
export type Erasable = { isEmpty(): boolean; erase(by: LedgerAsker): void }

export const createReset = (deps: {
  readonly database: Pick<Database, 'transaction' | 'afterCommit' | 'checkpoint'>
  readonly items: SealedItems
  readonly pins: Pick<Pins, 'erase'>
  readonly ledger: Pick<Ledger, 'append'>
  readonly time: Pick<Time, 'wall'>
  /** Sessions, grants, the accepted policy. */
  readonly erasables: readonly Erasable[]
}): Reset => {
  const { database, items, pins, ledger, time, erasables } = deps

  // What was erased must not lie on in the write-ahead log; if it can't be moved now, the next start does it.
  const flush = () => {
    try {
      database.checkpoint()
    } catch {}
  }

  return {
    run(by) {
      database.transaction(() => {
        for (const { erase } of erasables) erase(by)
        pins.erase()
        items.put(item, new TextEncoder().encode(new Date(time.wall()).toISOString()))
        ledger.append({ kind: 'reset', asker: by })
        database.afterCommit(flush)
      })
    },
    leftovers: () => erasables.some(({ isEmpty }) => !isEmpty()),
    lastAt() {
      const found = items.get(item)
      return found === undefined ? null : new TextDecoder().decode(found)
    },
  }
}

const item = 'reset'
