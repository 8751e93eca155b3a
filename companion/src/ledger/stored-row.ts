import type { LedgerRow } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Value } from '../database/bind.ts'
import type { Database } from '../database/database.ts'

const names = [
  'seq',
  'at',
  'kind',
  'asker_kind',
  'asker_label',
  'tool',
  'call',
  'outcome',
  'code',
  'details',
  'prev',
  'hash',
]
export const ledgerColumns = names.join(', ')

/** The columns of one row. What they hold is judged by the chain, so that a damaged row is named and not only refused. */
export const storedRow = z.object({
  seq: z.number(),
  at: z.string(),
  kind: z.string(),
  asker_kind: z.string(),
  asker_label: z.string(),
  tool: z.string().nullable(),
  call: z.string().nullable(),
  outcome: z.string(),
  code: z.string().nullable(),
  details: z.string(),
  prev: z.string(),
  hash: z.string(),
})

/** In the order of `ledgerColumns`. */
export const storedValues = (row: LedgerRow): Value[] => [
  row.seq,
  row.at,
  row.kind,
  row.asker.kind,
  row.asker.label,
  row.tool,
  row.call,
  row.outcome,
  row.code,
  JSON.stringify(row.details),
  row.prev,
  row.hash,
]

/** A row as it should be, unless somebody changed it. */
export const rebuiltRow = (stored: z.output<typeof storedRow>): unknown => {
  const { seq, at, kind, asker_kind, asker_label, tool, call, outcome, code, details, prev, hash } = stored
  const asker = { kind: asker_kind, label: asker_label }
  return { seq, at, kind, asker, tool, call, outcome, code, details: parsed(details), prev, hash }
}

/** `next` is what the page after this one comes after; null when this was the last. */
export type LedgerPage = { readonly rows: readonly unknown[]; readonly next: number | null }

/** Those after the entry `after`, as they lie there, also what is no row any more: for whoever checks them. */
export const storedPage = (database: Pick<Database, 'all'>, after: number, limit: number): LedgerPage => {
  const sql = `select ${ledgerColumns} from ledger where seq > ? order by seq limit ?`
  const found = database.all(sql, [after, limit], storedRow)
  return { rows: found.map(rebuiltRow), next: found.length < limit ? null : (found.at(-1)?.seq ?? null) }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
