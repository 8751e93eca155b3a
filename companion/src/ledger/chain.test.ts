import { chained, chainStart, genesis } from '@countersign/shared/ledger/chain'
import { publicRow } from '@countersign/shared/ledger/row'
import { describe, expect, it } from 'vitest'
import { sha256 } from './sha256.ts'

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
