import type { LedgerRow } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Value } from '../database/bind.ts'

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
  const { asker_kind: kind, asker_label: label, details, ...rest } = stored
  return { ...rest, asker: { kind, label }, details: parsed(details) }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
