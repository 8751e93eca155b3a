import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from './sha256.ts'
import { chained, chainStart, genesis, rowHash, verifyChain, type ChainHead } from '@countersign/shared/ledger/chain'
import { ledgerKinds, ledgerOutcomes, publicRow, type LedgerRow } from '@countersign/shared/ledger/row'

const draft = fc.record({
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
const chain = fc.array(draft, { minLength: 2, maxLength: 12 }).map((drafts) => {
  const rows: LedgerRow[] = []
  let head: ChainHead = chainStart
  for (const each of drafts) {
    const row = chained(each, head, sha256)
    rows.push(row)
    head = row
  }
  return rows
})
const chainAndPlace = chain.chain((rows) => fc.tuple(fc.constant(rows), fc.nat(rows.length - 1)))
const headOf = (rows: readonly LedgerRow[]): ChainHead => {
  const { seq, hash } = rows.at(-1) ?? chainStart
  return { seq, hash }
}

/** The same row with another value in one field. */
const changes: ((row: LedgerRow) => unknown)[] = [
  (row) => ({ ...row, at: '2026-11-22T12:00:00.001Z' }),
  (row) => ({ ...row, kind: row.kind === 'stop' ? 'start' : 'stop' }),
  (row) => ({ ...row, asker: { ...row.asker, label: `${row.asker.label}x` } }),
  (row) => ({ ...row, asker: { ...row.asker, kind: 'browser' } }),
  (row) => ({ ...row, tool: `${row.tool ?? ''}x` }),
  (row) => ({ ...row, call: `${row.call ?? ''}x` }),
  (row) => ({ ...row, outcome: row.outcome === 'done' ? 'failed' : 'done' }),
  (row) => ({ ...row, code: `${row.code ?? ''}x` }),
  (row) => ({ ...row, details: { ...row.details, 'another one': 1 } }),
  // A schema drops this name, so it would pass unseen if the hash were made of what the schema gives.
  (row) => ({
    ...row,
    details: Object.fromEntries([...Object.entries(row.details), ['__proto__', sha256(row.hash)]]),
  }),
  (row) => ({ ...row, prev: sha256(row.prev) }),
  (row) => ({ ...row, hash: sha256(row.hash) }),
]

describe('verifyChain', () => {
  it('finds nothing wrong with what was chained, and says where it stands', () => {
    fc.assert(
      fc.property(chain, (rows) => {
        expect(verifyChain(rows, sha256)).toEqual({ kind: 'ok', head: headOf(rows) })
        expect(verifyChain(rows, sha256, headOf(rows)).kind).toBe('ok')
      }),
    )
    expect(verifyChain([], sha256)).toEqual({ kind: 'ok', head: chainStart })
  })

  it('finds any change of any field, at its entry', () => {
    fc.assert(
      fc.property(chainAndPlace, fc.constantFrom(...changes), ([rows, place], change) => {
        const changed = rows.map((row, at) => (at === place ? change(row) : row))
        expect(verifyChain(changed, sha256)).toEqual({ kind: 'broken', seq: place + 1, what: 'altered' })
      }),
    )
  })

  it('finds a changed row with a hash that was made to fit, at the next', () => {
    fc.assert(
      fc.property(chainAndPlace, ([rows, place]) => {
        fc.pre(place < rows.length - 1)
        const changed = rows.map((row, at) => (at === place ? rehashed({ ...row, tool: 'another' }) : row))
        fc.pre(rows[place]?.tool !== 'another')
        expect(verifyChain(changed, sha256)).toEqual({ kind: 'broken', seq: place + 2, what: 'altered' })
      }),
    )
  })

  it('finds a row that was taken out, but for the last without a signed head', () => {
    fc.assert(
      fc.property(chainAndPlace, ([rows, place]) => {
        const less = rows.filter((_, at) => at !== place)
        const broken = { kind: 'broken', seq: place + 1, what: 'gap' }
        expect(verifyChain(less, sha256, headOf(rows))).toEqual(broken)
        expect(verifyChain(less, sha256).kind).toBe(place === rows.length - 1 ? 'ok' : 'broken')
      }),
    )
  })

  it('finds two rows that changed places', () => {
    fc.assert(
      fc.property(chainAndPlace, ([rows, place]) => {
        fc.pre(place < rows.length - 1)
        const swapped = [
          ...rows.slice(0, place),
          ...rows.slice(place, place + 2).toReversed(),
          ...rows.slice(place + 2),
        ]
        expect(verifyChain(swapped, sha256)).toEqual({ kind: 'broken', seq: place + 1, what: 'reordered' })
      }),
    )
  })

  it('finds what has not the shape of a row', () => {
    fc.assert(
      fc.property(chainAndPlace, fc.constantFrom(null, 'half', { seq: 1 }), ([rows, place], torn) => {
        const changed = rows.map((row, at) => (at === place ? torn : row))
        expect(verifyChain(changed, sha256)).toEqual({ kind: 'broken', seq: place + 1, what: 'torn' })
      }),
    )
  })

  it('finds a ledger that was written anew, by the head that was signed', () => {
    fc.assert(
      fc.property(chainAndPlace, chain, ([rows, place], others) => {
        const signed = headOf(rows.slice(0, place + 1))
        fc.pre(others.every(({ hash }) => hash !== signed.hash))
        expect(verifyChain(others, sha256, signed).kind).toBe('broken')
      }),
    )
  })
})

describe('a row', () => {
  it('hashes the same in every release', () => {
    const row = chained(
      {
        at: '2026-11-22T12:00:00.000Z',
        kind: 'call',
        asker: { kind: 'agent', label: 'Claude' },
        tool: 'save_session',
        call: 'c1',
        outcome: 'intent',
        code: null,
        details: { cookies: 4 },
      },
      chainStart,
      sha256,
    )
    expect(row.prev).toBe(genesis)
    expect(row.hash).toBe('5021efc395582a9b63129b9b630ef000158c0a74684034d30531c4b0e8350116')
    expect(publicRow(row)).toEqual({
      seq: 1,
      at: '2026-11-22T12:00:00.000Z',
      kind: 'call',
      asker: 'Claude',
      tool: 'save_session',
      outcome: 'intent',
      code: null,
      hash: row.hash,
    })
  })
})

const rehashed = (row: LedgerRow): LedgerRow => ({ ...row, hash: rowHash(row, sha256) })
