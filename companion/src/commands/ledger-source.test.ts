import { describe, expect, it } from 'vitest'
import { ledgerLines, ledgerRows } from './ledger-source.ts'

const row = (seq: number) => ({ seq, any: 'row' })
const head = (seq: number, name = '') => ({ document: { head: { seq, hash: 'a'.repeat(64) }, name }, signature: '' })

/** Numbers are rows, `5:` is a head of entry 5. */
const linesOf = async (rows: readonly number[], heads: readonly unknown[], perPage: number): Promise<string> => {
  const page = (after: number) => {
    const rest = rows.filter((seq) => seq > after)
    const found = rest.slice(0, perPage)
    return Promise.resolve({ rows: found.map(row), next: rest.length < perPage ? null : (found.at(-1) ?? null) })
  }
  const lines: string[] = []
  for await (const line of ledgerLines(ledgerRows({ page }), heads)) {
    const known = heads.find((each) => JSON.stringify({ head: each }) === JSON.stringify(line))
    if (known === undefined) lines.push(JSON.stringify(line).replace(/^\{"seq":(\d+),"any":"row"\}$/, '$1'))
    else lines.push(`${/"seq":(\d+)/.exec(JSON.stringify(line))?.[1] ?? 'spoilt'}:`)
  }
  return lines.join(' ')
}

describe('a ledger line by line', () => {
  it.each([1, 2, 3, 1000])('has each head right behind its entry, in pages of %i', async (perPage) => {
    const heads = [head(4), head(2, 'one'), head(2, 'other')]
    expect(await linesOf([1, 2, 3, 4, 5], heads, perPage)).toBe('1 2 2: 2: 3 4 4: 5')
  })

  it('leaves out no head whose entry is gone, and none that is spoilt', async () => {
    const heads = [head(9), 'spoilt', head(2), head(4)]
    expect(await linesOf([1, 3, 4], heads, 2)).toBe('1 2: 3 4 4: 9: spoilt:')
    expect(await linesOf([], heads, 2)).toBe('2: 4: 9: spoilt:')
  })
})
