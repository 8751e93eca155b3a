import type { LedgerAsker } from '@countersign/shared/ledger/row'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { SealedItems } from '../vault/sealed-items.ts'

/** Which policy is in force, in so far as it can be held against another telling of it. */
export type Standing = {
  /** Of the acceptance; 0 for the shipped default. */
  readonly number: number
  /** What is in force; null for the shipped default, which another release may have otherwise. */
  readonly text: string | null
  /** How many acceptances are kept. */
  readonly kept: number
}

/** How it came to be in force. */
export type How = 'accepted' | 'closed' | 'default' | 'restored'

/**
 * What is in force stands twice besides the policies themselves: in a row of the ledger, whose head the browser countersigns, and in a
 * sealed item that names just that row. So an older copy of the items belongs to an older row, and a row of somebody's own to no item.
 */
export type PolicyMark = {
  /** Within the transaction of the change itself. */
  make(standing: Standing, how: How, by: LedgerAsker): void
  agrees(standing: Standing): boolean
}

export const markItem = 'policy mark'

const told = z.object({ number: z.int(), digest: z.string().nullable(), kept: z.int() })
const mark = z.strictObject({ ...told.shape, seq: z.int(), hash: z.string() })

export const createPolicyMark = (deps: {
  readonly database: Pick<Database, 'get'>
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append'>
}): PolicyMark => {
  const { database, items, ledger } = deps

  const fromItem = () => {
    const bytes = items.get(markItem)
    return bytes && mark.parse(JSON.parse(new TextDecoder().decode(bytes)))
  }
  const fromLedger = () => {
    const row = database.get(newest, [], columns)
    return row && { ...told.parse(JSON.parse(row.details)), seq: row.seq, hash: row.hash }
  }

  return {
    make: ({ number, text, kept }, how, by) => {
      const said = { number, digest: digestOf(text), kept }
      const { seq, hash } = ledger.append({ kind: 'policy', asker: by, details: { ...said, how } })
      items.put(markItem, new TextEncoder().encode(JSON.stringify({ ...said, seq, hash })))
    },
    agrees: ({ number, text, kept }) => {
      try {
        const [sealed, entered] = [fromItem(), fromLedger()]
        // Nothing was ever accepted, nor closed.
        if (sealed === undefined && entered === undefined) return text === null && kept === 0
        if (!isDeepStrictEqual(sealed, entered)) return false
        return sealed?.number === number && sealed.kept === kept && sealed.digest === digestOf(text)
      } catch {
        // One of the two does not open, or says nothing: somebody touched it.
        return false
      }
    },
  }
}

const digestOf = (text: string | null): string | null => (text === null ? null : sha256(text))

const newest = `select seq, ${asBytes('hash')}, ${asBytes('details')} from ledger where kind = 'policy' order by seq desc limit 1`
const columns = z.object({ seq: z.int(), hash: meddledText, details: meddledText })
