import { expect, test } from 'vitest'
import { newest } from './ledger.ts'

/** A ledger of so many rows, and what was asked of it. */
const ledgerOf = (rows: number) => {
  const asked: { limit: number; before?: number }[] = []
  const page = (which: { limit: number; before?: number }) => {
    asked.push(which)
    const to = Math.min(rows, (which.before ?? Number.MAX_SAFE_INTEGER) - 1)
    const from = Math.max(0, to - which.limit)
    return Promise.resolve(Array.from({ length: to - from }, (_, at) => ({ seq: from + at + 1 })))
  }
  return { page, asked }
}

test.each([
  [2500, 2500, 3],
  [2500, 100_000, 3],
  [2000, 100_000, 3],
  [2500, 20, 1],
  [2500, 1001, 2],
  [0, 100, 1],
])('of %i rows the newest %i come in %i pages, each once and in order', async (rows, limit, pages) => {
  const { page, asked } = ledgerOf(rows)
  const found = await newest(limit, page)
  const length = Math.min(rows, limit)
  expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length }, (_, at) => rows - length + at + 1))
  expect(asked).toHaveLength(pages)
  expect(asked.every((which) => which.limit <= 1000)).toBe(true)
})
