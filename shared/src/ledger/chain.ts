import { z } from 'zod'
import { canonicalJson } from '../canonical.ts'
import { ledgerRow, type LedgerRow } from './row.ts'

/** SHA-256 of a text as UTF-8, in hex. Handed in, and at once rather than later: a row is hashed within a transaction. */
export type Sha256 = (text: string) => string

/** What the first row has in place of the hash of the one before: the start of every ledger of this form. */
export const genesis = '0'.repeat(64)

/** Where a chain stands: what is signed, and what the next row goes on from. */
export const chainHead = z.strictObject({ seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) })
export type ChainHead = Readonly<z.output<typeof chainHead>>
export const chainStart: ChainHead = { seq: 0, hash: genesis }

export type ChainVerdict =
  | { readonly kind: 'ok'; readonly head: ChainHead }
  /**
   * The first entry that is wrong: `torn` has not the shape of a row, `gap` is missing, `reordered` stands elsewhere,
   * `altered` (or what comes before it) is not what was written.
   */
  | { readonly kind: 'broken'; readonly seq: number; readonly what: 'altered' | 'gap' | 'reordered' | 'torn' }

/** Over everything that stands in the row but the hash, also what a schema would drop. */
export const rowHash = (row: object, sha256: Sha256): string => {
  const hashed = Object.entries(row).filter(([name]) => name !== 'hash')
  return sha256(canonicalJson(Object.fromEntries(hashed)))
}

/** The row with its place in the chain. */
export const chained = (row: Omit<LedgerRow, 'seq' | 'prev' | 'hash'>, head: ChainHead, sha256: Sha256): LedgerRow => {
  const placed = { ...row, seq: head.seq + 1, prev: head.hash }
  return { ...placed, hash: rowHash(placed, sha256) }
}

/**
 * Goes through a whole ledger, as it was stored, from the first row on.
 * @param signed a head that was countersigned: the rows up to it can neither be cut off nor be written anew
 */
export const verifyChain = (rows: readonly unknown[], sha256: Sha256, signed?: ChainHead): ChainVerdict => {
  let head = chainStart
  for (const found of rows) {
    const what = fault(found, head, rows, sha256)
    if (what !== undefined) return { kind: 'broken', seq: head.seq + 1, what }
    const row = ledgerRow.parse(found)
    if (row.seq === signed?.seq && row.hash !== signed.hash) return { kind: 'broken', seq: row.seq, what: 'altered' }
    head = { seq: row.seq, hash: row.hash }
  }
  if (signed !== undefined && signed.seq > head.seq) return { kind: 'broken', seq: head.seq + 1, what: 'gap' }
  return { kind: 'ok', head }
}

const fault = (found: unknown, head: ChainHead, rows: readonly unknown[], sha256: Sha256) => {
  const parsed = ledgerRow.safeParse(found)
  if (!parsed.success || typeof found !== 'object' || found === null) return 'torn'
  const row = parsed.data
  const expected = head.seq + 1
  if (row.seq !== expected) return rows.some((other) => seqOf(other) === expected) ? 'reordered' : 'gap'
  if (row.prev !== head.hash || rowHash(found, sha256) !== row.hash) return 'altered'
  return undefined
}

const seqOf = (row: unknown): unknown => (typeof row === 'object' && row !== null && 'seq' in row ? row.seq : undefined)
