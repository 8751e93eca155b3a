import type { LedgerRow } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Value } from '../database/bind.ts'
import { asBytes, meddledText } from '../database/bytes.ts'
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
/** What `storedRow` is read by. */
export const readColumns = names.map((name) => (name === 'seq' ? name : asBytes(name))).join(', ')

/** The columns of one row. What they hold is judged by the chain, so that a damaged row is named and not only refused. */
export const storedRow = z.object({
  seq: z.number(),
  at: meddledText,
  kind: meddledText,
  asker_kind: meddledText,
  asker_label: meddledText,
  tool: meddledText.nullable(),
  call: meddledText.nullable(),
  outcome: meddledText,
  code: meddledText.nullable(),
  details: meddledText,
  prev: meddledText,
  hash: meddledText,
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
  const sql = `select ${readColumns} from ledger where seq > ? order by seq limit ?`
  const found = database.all(sql, [after, limit], storedRow)
  const last = found.at(-1)?.seq
  const isLast = found.length < limit || last === undefined || !Number.isSafeInteger(last)
  return { rows: found.map(rebuiltRow), next: isLast ? null : last }
}

/** The newest, as it lies there; undefined where there is none. */
export const storedNewest = (database: Pick<Database, 'get'>): unknown => {
  const found = database.get(`select ${readColumns} from ledger order by seq desc limit 1`, [], storedRow)
  return found && rebuiltRow(found)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
