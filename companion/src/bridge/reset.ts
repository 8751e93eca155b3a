import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
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
  readonly database: Pick<Database, 'get' | 'transaction' | 'afterCommit' | 'checkpoint'>
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

  /** @param known whether the reset is known without it, so that it may be damaged */
  const sealedMark = (known: boolean): string | null => {
    try {
      const found = items.get(item)
      return found === undefined ? null : new TextDecoder().decode(found)
    } catch (thrown) {
      if (known) return null
      throw thrown
    }
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
      // Twice on the disk: who wants to hide a reset has to find both.
      const said = database.get(newest, [], entered)?.at ?? null
      const row = z.iso.datetime().safeParse(said).data ?? null
      const found = sealedMark(row !== null)
      // There was one, and nothing tells any more when.
      if (said !== null && row === null && found === null) throw new CountersignError('database_damaged')
      return [row, found].reduce((latest, at) => (at !== null && (latest === null || at > latest) ? at : latest), null)
    },
  }
}

const item = 'reset'
const newest = `select ${asBytes('at')} from (select max(at) as at from ledger where kind = 'reset')`
const entered = z.object({ at: meddledText.nullable() })
