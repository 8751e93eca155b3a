import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '../canonical.ts'
import { chainStart, type ChainHead } from './chain.ts'
import { follow } from './follow.ts'
import type { LedgerRow } from './row.ts'

const chainOf = async (labels: readonly string[]): Promise<LedgerRow[]> => {
  const rows: LedgerRow[] = []
  let head: ChainHead = chainStart
  for (const label of labels) {
    const content = {
      seq: head.seq + 1,
      at: '2026-11-22T12:00:00.000Z',
      kind: 'start' as const,
      asker: { kind: 'companion' as const, label },
      tool: null,
      call: null,
      outcome: 'done' as const,
      code: null,
      details: {},
      prev: head.hash,
    }
    const row = { ...content, hash: await digest(content) }
    rows.push(row)
    head = { seq: row.seq, hash: row.hash }
  }
  return rows
}
const headOf = ({ seq, hash }: LedgerRow): ChainHead => ({ seq, hash })
const labels = fc.array(fc.string({ maxLength: 20 }), { minLength: 2, maxLength: 8 })

describe('rows of a ledger', () => {
  it('lead from any head to any later one', async () => {
    await fc.assert(
      fc.asyncProperty(labels, fc.nat(), async (all, at) => {
        const rows = await chainOf(all)
        const from = at % rows.length
        const start = from === 0 ? chainStart : headOf(rows[from - 1] ?? raise())
        expect(await follow(rows.slice(from), start)).toEqual(headOf(rows.at(-1) ?? raise()))
      }),
    )
  })

  it('lead nowhere when one is changed, left out, doubled or moved, or when they follow on something else', async () => {
    await fc.assert(
      fc.asyncProperty(labels, fc.nat(), async (all, at) => {
        const rows = await chainOf(all)
        const place = at % rows.length
        const row = rows[place] ?? raise()
        const others = await chainOf([...all, 'another'].toReversed())
        const broken: readonly (readonly unknown[])[] = [
          rows.with(place, { ...row, code: 'x' }),
          rows.with(place, { ...row, hash: '0'.repeat(64) }),
          [...rows.slice(0, place), { ...row, more: 1 }, ...rows.slice(place + 1)],
          rows.toSpliced(place, 1),
          rows.toSpliced(place, 0, row),
          rows.toReversed(),
          others.slice(1),
        ]
        for (const each of broken.slice(0, place === rows.length - 1 ? 3 : undefined)) {
          expect(await follow(each, chainStart)).toBeUndefined()
        }
        expect(await follow(rows.slice(1), { seq: 1, hash: 'f'.repeat(64) })).toBeUndefined()
      }),
    )
  })

  it('lead on from a head that is among them, and nowhere when another entry stands in its place', async () => {
    await fc.assert(
      fc.asyncProperty(labels, fc.nat(), fc.nat(), async (all, at, before) => {
        const rows = await chainOf(all)
        const known = rows[at % rows.length] ?? raise()
        const shown = rows.slice(before % known.seq)
        expect(await follow(shown, headOf(known))).toEqual(headOf(rows.at(-1) ?? raise()))
        expect(await follow(shown, { seq: known.seq, hash: 'f'.repeat(64) })).toBeUndefined()
        const cut = shown.slice(0, known.seq - (shown[0]?.seq ?? 0))
        expect(await follow(cut, headOf(known))).toEqual(cut.length === 0 ? headOf(known) : undefined)
      }),
    )
  })

  it('are taken as they are by who has signed nothing yet, if each is as it was written', async () => {
    const rows = await chainOf(['a', 'b', 'c'])
    const last = rows.at(-1) ?? raise()
    expect(await follow([last], null)).toEqual(headOf(last))
    expect(await follow([{ ...last, code: 'x' }], null)).toBeUndefined()
    expect(await follow([], null)).toBeUndefined()
  })
})

const raise = (): never => {
  throw new Error('There is no such row.')
}
