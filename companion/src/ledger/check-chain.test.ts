import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { checkChain, type ChainFault } from '@countersign/shared/ledger/check-chain'
import type { LedgerRow } from '@countersign/shared/ledger/row'
import { anyLedger, headOf, ledgerOf, rehashed, rewrittenFrom } from '../testing/sample-ledger.ts'
import { sha256 } from './sha256.ts'

type Rows = readonly unknown[]
type Fault = [what: ChainFault<unknown>['what'], entry: number]

/** The heads may all be known before, or each may come behind the row that stands where its own stood. */
const judged = (rows: Rows, signed: readonly ChainHead[], when: 'before' | 'behind') => {
  const check = checkChain<{ head: ChainHead }>(sha256)
  if (when === 'before') for (const head of signed) check.head({ head })
  rows.forEach((row, index) => {
    check.row(row)
    if (when === 'behind') for (const head of signed) if (head.seq === index + 1) check.head({ head })
  })
  if (when === 'behind') for (const head of signed) if (head.seq > rows.length) check.head({ head })
  const { fault, entries, passed } = check.verdict()
  return {
    fault: fault && [fault.what, fault.entry],
    entries,
    signed: Math.max(0, ...passed.map(({ head }) => head.seq)),
  }
}

const without = (rows: Rows, entry: number): Rows => rows.toSpliced(entry - 1, 1)
const withIn = (rows: Rows, entry: number, row: unknown): Rows => rows.with(entry - 1, row)
const swapped = (rows: Rows, one: number, other: number): Rows =>
  rows.with(one - 1, rows[other - 1]).with(other - 1, rows[one - 1])
const at = (rows: readonly LedgerRow[], entry: number): LedgerRow => {
  const row = rows[entry - 1]
  if (row === undefined) throw new Error(`There is no entry ${entry}`)
  return row
}
/** As in a database, where the number is the order. */
const renumbered = (rows: readonly LedgerRow[], one: number, other: number): Rows =>
  rows.with(one - 1, { ...at(rows, other), seq: one }).with(other - 1, { ...at(rows, one), seq: other })

describe('ten entries, of which the fourth and the eighth were countersigned', () => {
  const rows = ledgerOf(10)
  const signed = [headOf(rows.slice(0, 4)), headOf(rows.slice(0, 8))]
  const other = (entry: number, more: Partial<LedgerRow> = {}) => ({ ...at(rows, entry), tool: 'another', ...more })

  const table: [name: string, rows: Rows, fault: Fault | null, signed: number][] = [
    ['as they were written', rows, null, 8],
    ['entry 6 tells something else', withIn(rows, 6, other(6)), ['altered', 6], 4],
    ['and its hash was made to fit', withIn(rows, 6, rehashed(other(6))), ['altered', 6], 4],
    ['so for the one before a head', withIn(rows, 7, rehashed(other(7))), ['altered', 7], 4],
    ['so for the one at a head', withIn(rows, 8, rehashed(other(8))), ['rewritten', 8], 4],
    ['so for the first', withIn(rows, 1, rehashed(other(1))), ['altered', 1], 0],
    [
      'the link to the one before is another',
      withIn(rows, 6, rehashed({ ...at(rows, 6), prev: sha256('') })),
      ['altered', 6],
      4,
    ],
    ['so for the first', withIn(rows, 1, rehashed({ ...at(rows, 1), prev: sha256('') })), ['altered', 1], 0],
    ['so for the one after a head', withIn(rows, 5, rehashed({ ...at(rows, 5), prev: sha256('') })), ['altered', 5], 4],
    ['so for the one at a head', withIn(rows, 8, rehashed({ ...at(rows, 8), prev: sha256('') })), ['altered', 8], 4],
    ['entry 6 has no kind that we know', withIn(rows, 6, { ...at(rows, 6), kind: 'gossip' }), ['altered', 6], 4],
    ['entry 6 is not there', without(rows, 6), ['missing', 6], 4],
    ['the first is not there', without(rows, 1), ['missing', 1], 0],
    ['6 and 7 are not there', without(without(rows, 6), 6), ['missing', 6], 4],
    ['6 and 7 changed places', swapped(rows, 6, 7), ['reordered', 6], 4],
    ['2 and 9 changed places', swapped(rows, 2, 9), ['reordered', 2], 0],
    ['6 and 7 changed places and numbers', renumbered(rows, 6, 7), ['reordered', 6], 4],
    ['2 and 9 changed places and numbers', renumbered(rows, 2, 9), ['reordered', 2], 0],
    ['the last stands first', [at(rows, 10), ...rows.slice(0, 9)], ['reordered', 1], 0],
    ['entry 6 stands there twice', rows.toSpliced(6, 0, at(rows, 6)), ['reordered', 6], 4],
    ['entry 2 stands in the place of 6', withIn(rows, 6, at(rows, 2)), ['reordered', 2], 4],
    ['another entry 6 was put before it', rows.toSpliced(5, 0, other(6)), ['reordered', 6], 4],
    ['all was written anew', rewrittenFrom(rows, 1), ['rewritten', 4], 0],
    ['all was written anew from 5 on', rewrittenFrom(rows, 5), ['rewritten', 8], 4],
    ['all was written anew from 8 on', rewrittenFrom(rows, 8), ['rewritten', 8], 4],
    ['all was written anew from 9 on', rewrittenFrom(rows, 9), null, 8],
    ['written anew, and shorter', rewrittenFrom(rows, 3).slice(0, 6), ['rewritten', 4], 0],
    ['it ends with 9', rows.slice(0, 9), null, 8],
    ['it ends with 8', rows.slice(0, 8), null, 8],
    ['it ends with 7', rows.slice(0, 7), ['cut', 8], 4],
    ['it ends with 3', rows.slice(0, 3), ['cut', 4], 0],
    ['nothing is there', [], ['cut', 1], 0],
    ['entry 6 is no entry', withIn(rows, 6, 'half an en'), ['unreadable', 6], 4],
    ['entry 6 has no number', withIn(rows, 6, { ...at(rows, 6), seq: '6' }), ['unreadable', 6], 4],
    ['entry 6 has no possible number', withIn(rows, 6, { ...at(rows, 6), seq: -6 }), ['unreadable', 6], 4],
    ['the last is no entry', withIn(rows, 10, null), ['unreadable', 10], 8],
  ]
  it.each(table)('%s', (_, meddled, fault, upTo) => {
    const verdict = { fault, entries: meddled.length, signed: upTo }
    expect(judged(meddled, signed, 'before')).toEqual(verdict)
    expect(judged(meddled, signed, 'behind')).toEqual(verdict)
  })

  it('names the head that tells of it', () => {
    const check = checkChain<{ head: ChainHead; by: string }>(sha256)
    for (const [index, head] of signed.entries()) check.head({ head, by: `browser ${index}` })
    for (const row of rewrittenFrom(rows, 6)) check.row(row)
    expect(check.verdict().fault).toMatchObject({ what: 'rewritten', entry: 8, by: { by: 'browser 1' } })
  })

  it('takes a head that comes too late to be held against an entry as out of its place', () => {
    const check = checkChain(sha256)
    for (const row of rows) check.row(row)
    for (const head of signed) check.head({ head })
    expect(check.verdict().fault).toEqual({ what: 'reordered', entry: 4 })
  })

  it('goes on from where somebody else stopped', () => {
    const check = checkChain(sha256, signed[0])
    for (const row of rows.slice(4)) check.row(row)
    expect(check.verdict()).toEqual({ entries: 6, head: headOf(rows), passed: [], fault: null })
    const astray = checkChain(sha256, { seq: 4, hash: sha256('another') })
    for (const row of rows.slice(4)) astray.row(row)
    expect(astray.verdict()).toMatchObject({ head: { seq: 4 }, fault: { what: 'altered', entry: 5 } })
  })

  it('names what its caller found around the rows, where that comes before all else', () => {
    const check = checkChain(sha256)
    check.blame('forged', 2)
    check.row(rows[0])
    check.blame('torn')
    expect(check.verdict().fault).toEqual({ what: 'forged', entry: 2 })
    const altered = checkChain(sha256)
    altered.blame('forged', 2)
    altered.row(other(1))
    expect(altered.verdict().fault).toEqual({ what: 'altered', entry: 1 })
  })

  describe('cut after the fifth, and gone on from there later', () => {
    const gone = rewrittenFrom(rows, 6, { at: '2026-11-22T12:30:00.000Z' })
    const verdict = (more: number, heads: readonly { head: ChainHead; at?: string | null }[]) => {
      const check = checkChain<{ head: ChainHead; at?: string | null }>(sha256)
      for (const head of heads) check.head(head)
      for (const row of gone.slice(0, 5 + more)) check.row(row)
      return check.verdict().fault
    }
    const [fourth, eighth] = signed.map((head) => ({ head, at: '2026-11-22T12:00:00.000Z' }))

    it.each([1, 2, 3, 4])('is cut at the sixth, with %i new entries', (more) => {
      const heads = [fourth, eighth].flatMap((each) => each ?? [])
      expect(verdict(more, heads)).toMatchObject({ what: 'cut', entry: 6, by: eighth })
      const alsoRemembered = signed.map((head) => ({ head, at: null }))
      expect(verdict(more, [...alsoRemembered, ...heads])).toMatchObject({ what: 'cut', entry: 6 })
    })

    it('is rewritten for all that is known, where nobody knows when it was signed', () => {
      expect(
        verdict(
          4,
          signed.map((head) => ({ head })),
        ),
      ).toMatchObject({ what: 'rewritten', entry: 8 })
    })

    it('is whole where the clock went back, and every entry is the one that was signed', () => {
      const early = signed.map((head) => ({ head, at: '2020-01-01T00:00:00.000Z' }))
      const check = checkChain<{ head: ChainHead; at?: string | null }>(sha256)
      for (const head of early) check.head(head)
      for (const row of rows) check.row(row)
      expect(check.verdict()).toMatchObject({ fault: null, passed: early })
    })
  })
})

/** The same entry with another value in one field. */
const changes: Record<string, (row: LedgerRow) => unknown> = {
  at: (row) => ({ ...row, at: '2026-11-22T12:00:00.001Z' }),
  kind: (row) => ({ ...row, kind: row.kind === 'stop' ? 'start' : 'stop' }),
  label: (row) => ({ ...row, asker: { ...row.asker, label: `${row.asker.label}x` } }),
  asker: (row) => ({ ...row, asker: { ...row.asker, kind: 'browser' } }),
  tool: (row) => ({ ...row, tool: `${row.tool ?? ''}x` }),
  call: (row) => ({ ...row, call: `${row.call ?? ''}x` }),
  outcome: (row) => ({ ...row, outcome: row.outcome === 'done' ? 'failed' : 'done' }),
  code: (row) => ({ ...row, code: `${row.code ?? ''}x` }),
  details: (row) => ({ ...row, details: { ...row.details, 'another one': 1 } }),
  // A schema drops this name, so it would pass unseen if the hash were made of what the schema gives.
  'a name that gets lost': (row) => ({
    ...row,
    details: Object.fromEntries([...Object.entries(row.details), ['__proto__', sha256(row.hash)]]),
  }),
  prev: (row) => ({ ...row, prev: sha256(row.prev) }),
  hash: (row) => ({ ...row, hash: sha256(row.hash) }),
  'one more': (row) => ({ ...row, 'one more': 1 }),
  'one less': (row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'code')),
}

describe('any ledger with any heads', () => {
  const signedLedger = anyLedger.chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      /** Entries with a head, in order. */
      heads: fc
        .uniqueArray(fc.integer({ min: 1, max: rows.length }))
        .map((entries) => entries.toSorted((a, b) => a - b)),
      one: fc.integer({ min: 1, max: rows.length }),
      other: fc.integer({ min: 1, max: rows.length }),
      when: fc.constantFrom('before' as const, 'behind' as const),
    }),
  )
  type Case = typeof signedLedger extends fc.Arbitrary<infer T> ? T : never
  type Kind = [
    name: string,
    meddle: (given: Case) => Rows,
    /** Null says that nothing is wrong that could be seen: then all that was done lies behind the last head. */
    faultOf: (given: Case) => Fault | null,
    /** The last entry that was found right before; that before the fault, unless told. */
    goodTo?: (given: Case) => number,
  ]

  const kinds: Kind[] = [
    ['as it was written', ({ rows }) => rows, () => null],
    ...Object.entries(changes).map(([field, change]): Kind => [
      `altered in an entry: ${field}`,
      ({ rows, one }) => withIn(rows, one, change(at(rows, one))),
      ({ one }) => ['altered', one],
    ]),
    [
      'altered in an entry, with a hash made anew',
      ({ rows, one }) => withIn(rows, one, rehashed({ ...at(rows, one), tool: 'told otherwise' })),
      ({ rows, heads, one }) => {
        if (heads.includes(one)) return ['rewritten', one]
        if (one === rows.length) return null
        // Where nothing comes after the two, and nobody signed, it can have been either.
        return ['altered', one + 2 <= rows.length || heads.includes(one + 1) ? one : one + 1]
      },
    ],
    [
      'without an entry',
      ({ rows, one }) => without(rows, one),
      ({ rows, heads, one }) => {
        if (one < rows.length) return ['missing', one]
        return heads.at(-1) === one ? ['cut', one] : null
      },
    ],
    [
      'cut anywhere',
      ({ rows, one }) => rows.slice(0, one - 1),
      ({ heads, one }) => ((heads.at(-1) ?? 0) >= one ? ['cut', one] : null),
    ],
    [
      'with two entries that changed places',
      ({ rows, one, other }) => swapped(rows, one, other),
      ({ one, other }) => (one === other ? null : ['reordered', Math.min(one, other)]),
    ],
    [
      'with two entries that changed places and numbers',
      ({ rows, one, other }) => renumbered(rows, one, other),
      ({ one, other }) => (one === other ? null : ['reordered', Math.min(one, other)]),
    ],
    [
      'with an entry that stands in two places',
      ({ rows, one, other }) => rows.toSpliced(other, 0, at(rows, one)),
      ({ one, other }) => ['reordered', Math.min(one, other + 1)],
      ({ one, other }) => (one === other + 1 ? one : other),
    ],
    [
      'told otherwise from an entry on, with all hashes made anew',
      ({ rows, one }) => rewrittenFrom(rows, one),
      ({ heads, one }) => {
        const reached = heads.find((entry) => entry >= one)
        return reached === undefined ? null : ['rewritten', reached]
      },
    ],
    [
      'with something else in an entry’s place',
      ({ rows, one }) => withIn(rows, one, ['half', null, {}, { seq: 0 }, [1]][one % 5]),
      ({ one }) => ['unreadable', one],
    ],
  ]

  it.each(kinds)('%s: that is named, at its entry, or all of it lies behind the last head', (_, ...kind) => {
    const [meddle, faultOf, goodTo = (given) => (faultOf(given)?.[1] ?? Number.POSITIVE_INFINITY) - 1] = kind
    fc.assert(
      fc.property(signedLedger, (given) => {
        const meddled = meddle(given)
        const signed = given.heads.map((entry) => headOf(given.rows.slice(0, entry)))
        expect(judged(meddled, signed, given.when)).toEqual({
          fault: faultOf(given),
          entries: meddled.length,
          signed: given.heads.findLast((entry) => entry <= goodTo(given)) ?? 0,
        })
      }),
      { numRuns: 300 },
    )
  })
})
