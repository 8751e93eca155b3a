import * as fc from 'fast-check'
import { chained, chainStart, rowHash, type ChainHead } from '@countersign/shared/ledger/chain'
import { ledgerKinds, ledgerOutcomes, type LedgerRow } from '@countersign/shared/ledger/row'
import { sha256 } from '../ledger/sha256.ts'

type Draft = Omit<LedgerRow, 'seq' | 'prev' | 'hash'>

const draft: fc.Arbitrary<Draft> = fc.record({
  at: fc.constant('2026-11-22T12:00:00.000Z'),
  kind: fc.constantFrom(...ledgerKinds),
  asker: fc.record({
    kind: fc.constantFrom('agent' as const, 'terminal' as const),
    label: fc.string({ maxLength: 20 }),
  }),
  tool: fc.option(fc.string({ maxLength: 20 })),
  call: fc.option(fc.uuid()),
  outcome: fc.constantFrom(...ledgerOutcomes),
  code: fc.option(fc.constantFrom('paused', 'muted')),
  details: fc.dictionary(
    fc.string({ maxLength: 9 }),
    fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null)),
  ),
})

export const chainOf = (drafts: readonly Draft[], from: ChainHead = chainStart): readonly LedgerRow[] => {
  const rows: LedgerRow[] = []
  let head = from
  for (const each of drafts) {
    const row = chained(each, head, sha256)
    rows.push(row)
    head = row
  }
  return rows
}

/** A ledger of two entries or more. */
export const anyLedger = fc.array(draft, { minLength: 2, maxLength: 12 }).map((drafts) => chainOf(drafts))

/** As many entries, all alike but for their place. */
export const ledgerOf = (entries: number): readonly LedgerRow[] =>
  chainOf(
    Array.from({ length: entries }, (_, index) => ({
      at: '2026-11-22T12:00:00.000Z',
      kind: 'call',
      asker: { kind: 'agent', label: 'Claude' },
      tool: 'save_session',
      call: `c${index}`,
      outcome: 'done',
      code: null,
      details: { cookies: 4 },
    })),
  )

export const headOf = (rows: readonly LedgerRow[]): ChainHead => {
  const { seq, hash } = rows.at(-1) ?? chainStart
  return { seq, hash }
}

/** With a hash that was made to fit. */
export const rehashed = (row: LedgerRow): LedgerRow => ({ ...row, hash: rowHash(row, sha256) })

/** The same entries from this one on, told otherwise, each with a hash that fits. */
export const rewrittenFrom = (
  rows: readonly LedgerRow[],
  entry: number,
  otherwise: Partial<Draft> = { tool: 'told otherwise' },
): readonly LedgerRow[] => {
  const kept = rows.slice(0, entry - 1)
  const tell = (row: LedgerRow): Draft => ({ ...row, ...otherwise })
  return [...kept, ...chainOf(rows.slice(entry - 1).map(tell), headOf(kept))]
}
