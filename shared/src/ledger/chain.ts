import { z } from 'zod'
import { canonicalJson } from '../canonical.ts'
import type { LedgerRow } from './row.ts'

/** SHA-256 of a text as UTF-8, in hex. Handed in, and at once rather than later: a row is hashed within a transaction. */
export type Sha256 = (text: string) => string

/** What the first row has in place of the hash of the one before: the start of every ledger of this form. */
export const genesis = '0'.repeat(64)

/** Where a chain stands: what is signed, and what the next row goes on from. */
export const chainHead = z.strictObject({ seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) })
export type ChainHead = Readonly<z.output<typeof chainHead>>
export const chainStart: ChainHead = { seq: 0, hash: genesis }

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
