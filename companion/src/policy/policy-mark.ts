import { type ChainHead, rowHash } from '@countersign/shared/ledger/chain'
import { type LedgerAsker, ledgerRow } from '@countersign/shared/ledger/row'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { getJson, putJson } from '../vault/sealed-json.ts'

/** Which policy is in force, in so far as it can be held against another telling of it. */
export type MarkedPolicy = {
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
 *
 * The item also says up to which entry the ledger was known to be whole. What comes after is gone through at the start: an older item
 * knows less of it, and so finds the row that somebody has made into another one, to hide that a newer policy was there.
 */
export type PolicyMark = {
  /** Within the transaction of the change itself. */
  make(marked: MarkedPolicy, how: How, by: LedgerAsker): void
  /** Goes through what the ledger has since. */
  agrees(marked: MarkedPolicy): boolean
  /** The ledger is whole up to here. */
  whole(upTo: ChainHead): void
}

export const markItem = 'policy mark'

const told = z.object({ number: z.int(), digest: z.string().nullable(), kept: z.int() })
const head = { seq: z.int(), hash: z.string() }
const mark = z.strictObject({ ...told.shape, ...head, upTo: z.strictObject(head) })
type Mark = z.output<typeof mark>

/** How many entries are gone through at once. */
const page = 500

export const createPolicyMark = (deps: {
  readonly database: Pick<Database, 'get' | 'afterCommit'>
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append' | 'holds' | 'page'>
}): PolicyMark => {
  const { database, items, ledger } = deps
  /** As it is sealed. */
  let known: Mark | undefined

  const fromLedger = () => {
    const row = database.get(newest, [], columns)
    return row && { ...told.parse(JSON.parse(row.details)), seq: row.seq, hash: row.hash }
  }

  const seal = (said: Mark) => {
    putJson(items, markItem, said)
    database.afterCommit(() => {
      known = said
    })
  }
  /** Where the ledger ends, if it goes on from there without a fault, and without another policy. */
  const followedFrom = (start: ChainHead): ChainHead | undefined => {
    if (!ledger.holds(start)) return undefined
    let last = start
    for (;;) {
      const { rows, next } = ledger.page(last.seq, page)
      for (const found of rows) {
        const row = ledgerRow.safeParse(found).data
        if (row?.seq !== last.seq + 1 || row.prev !== last.hash || row.kind === 'policy') return undefined
        if (rowHash(row, sha256) !== row.hash) return undefined
        last = { seq: row.seq, hash: row.hash }
      }
      if (next === null) return last
    }
  }

  return {
    make: ({ number, text, kept }, how, by) => {
      const said = { number, digest: digestOf(text), kept }
      const { seq, hash } = ledger.append({ kind: 'policy', asker: by, details: { ...said, how } })
      seal({ ...said, seq, hash, upTo: { seq, hash } })
    },
    agrees: ({ number, text, kept }) => {
      try {
        const [sealed, entered] = [getJson(items, markItem, mark), fromLedger()]
        // Nothing was ever accepted, nor closed.
        if (sealed === undefined && entered === undefined) return text === null && kept === 0
        if (sealed === undefined) return false
        const { upTo, ...named } = sealed
        if (!isDeepStrictEqual(named, entered)) return false
        if (named.number !== number || named.kept !== kept || named.digest !== digestOf(text)) return false
        const end = followedFrom(upTo)
        if (end !== undefined) known = { ...sealed, upTo: end }
        return end !== undefined
      } catch {
        // One of the two does not open, or says nothing: somebody touched it.
        return false
      }
    },
    whole: (upTo) => {
      if (known !== undefined && upTo.seq > known.upTo.seq) seal({ ...known, upTo })
    },
  }
}

const digestOf = (text: string | null): string | null => (text === null ? null : sha256(text))

const newest = `select seq, ${asBytes('hash')}, ${asBytes('details')} from ledger where kind = 'policy' order by seq desc limit 1`
const columns = z.object({ seq: z.int(), hash: meddledText, details: meddledText })
