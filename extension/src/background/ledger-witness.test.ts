import { keyText, verifyCountersignature } from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { chainStart, type ChainHead } from '@countersign/shared/ledger/chain'
import { describe, expect, test, vi } from 'vitest'
import { memoryIdentities } from '../testing/memory-keys.ts'
import { memoryStored } from '../testing/memory-storage.ts'
import { createLedgerWitness } from './ledger-witness.ts'
import { createLooked } from './looked.ts'

const companion = 'C'.repeat(87)
const at = '2026-11-24T12:00:00.000Z'

const scene = async () => {
  const stored = memoryStored()
  const identities = memoryIdentities()
  const keys = await identities.currentOrNew()
  await stored.pin.set({ companion, port: 47_616, fingerprint: '7K2M-9QXD', pairedAt: at })
  const witness = createLedgerWitness({ identities, stored, changed: () => undefined, now: () => Date.parse(at) })
  return { witness, stored, identities, browser: keyText(keys.signingPublicKey) }
}

/** Rows of a ledger, the first of which follows on this head. */
const rowsAfter = async (from: ChainHead, amount: number, label = 'Companion') => {
  const rows: { seq: number; hash: string }[] = []
  let head = from
  for (let count = 0; count < amount; count += 1) {
    const asker = { kind: 'companion', label }
    const more = { tool: null, call: null, outcome: 'done', code: null, details: {} }
    const content = { seq: head.seq + 1, at, kind: 'start', asker, ...more, prev: head.hash }
    const row = { ...content, hash: await digest(content) }
    rows.push(row)
    head = { seq: row.seq, hash: row.hash }
  }
  return { rows, head }
}

describe('a browser', () => {
  test('signs what follows on what it has signed, with its own key, for its own companion', async () => {
    const { witness, browser } = await scene()
    expect(await witness.last()).toBeNull()
    const first = await rowsAfter(chainStart, 2)
    expect(await witness.countersign(first.rows)).toMatchObject({ kind: 'signed' })
    const next = await rowsAfter(first.head, 3)
    const answer = await witness.countersign(next.rows)
    if (answer.kind !== 'signed') throw new Error('It was not signed.')
    expect(answer.signed.document).toEqual({
      purpose: 'countersign/1 ledger head',
      browser,
      companion,
      head: next.head,
      at,
    })
    expect(await verifyCountersignature(answer.signed)).toBe(true)
    expect(await witness.last()).toEqual(next.head)
    expect(await witness.alarm()).toBeNull()
  })

  test('signs again when the companion has not heard of its last signature, if that is still among what it is shown', async () => {
    const { witness } = await scene()
    const first = await rowsAfter(chainStart, 2)
    await witness.countersign(first.rows)
    const unheard = await rowsAfter(first.head, 3)
    await witness.countersign(unheard.rows)
    const more = await rowsAfter(unheard.head, 1)
    expect(await witness.countersign([...unheard.rows, ...more.rows])).toMatchObject({
      kind: 'signed',
      signed: { document: { head: more.head } },
    })
    expect(await witness.alarm()).toBeNull()
    // Another history that begins where the companion last heard of it is none the less another.
    const other = await rowsAfter(first.head, 6, 'Another')
    expect(await witness.countersign(other.rows)).toEqual({ kind: 'diverged' })
  })

  test('lets no signature that was under way undo what it has found out meanwhile', async () => {
    const { witness, identities } = await scene()
    const first = await rowsAfter(chainStart, 2)
    await witness.countersign(first.rows)
    const next = await rowsAfter(first.head, 1)
    const signs = identities.current
    vi.spyOn(identities, 'current').mockImplementationOnce(async () => {
      await witness.met(chainStart, first.head)
      return signs()
    })
    expect(await witness.countersign(next.rows)).toEqual({ kind: 'diverged' })
    expect(await witness.alarm()).not.toBeNull()
    expect(await witness.last()).toEqual(first.head)
  })

  test('begins with the row that it is shown first', async () => {
    const { witness } = await scene()
    const { rows, head } = await rowsAfter({ seq: 41, hash: 'a'.repeat(64) }, 1)
    await witness.met({ seq: 1, hash: 'b'.repeat(64) }, null)
    expect(await witness.countersign(rows)).toMatchObject({ kind: 'signed' })
    expect(await witness.last()).toEqual(head)
  })

  test('signs no other history, not even a true one afterwards, until she has looked', async () => {
    const { witness } = await scene()
    const first = await rowsAfter(chainStart, 2)
    await witness.countersign(first.rows)
    const other = await rowsAfter(chainStart, 3, 'Another')
    expect(await witness.countersign(other.rows)).toEqual({ kind: 'diverged' })
    expect(await witness.alarm()).toMatchObject({ code: 'ledger_diverged', look: { alarm: 'ledger_diverged' } })
    expect(await witness.countersign((await rowsAfter(first.head, 1)).rows)).toEqual({ kind: 'diverged' })
    expect(await witness.last()).toEqual(first.head)

    await witness.forget()
    expect(await witness.alarm()).toBeNull()
    expect(await witness.countersign(other.rows)).toMatchObject({ kind: 'signed' })
  })

  test.each<[string, (head: ChainHead) => ChainHead, boolean]>([
    ['where it was', (head) => head, false],
    ['further on', ({ seq }) => ({ seq: seq + 5, hash: 'f'.repeat(64) }), false],
    ['shorter', ({ seq }) => ({ seq: seq - 1, hash: 'f'.repeat(64) }), true],
    ['as long, and another', ({ seq }) => ({ seq, hash: 'f'.repeat(64) }), true],
  ])('that meets a ledger %s', async (_, told, alarmed) => {
    const { witness } = await scene()
    const { rows, head } = await rowsAfter(chainStart, 3)
    await witness.countersign(rows)
    await witness.met(told(head), head)
    expect((await witness.alarm()) !== null).toBe(alarmed)
  })
})

describe('"I have looked"', () => {
  const look = { alarm: 'ledger_diverged', about: null } as const

  test('forgets what was signed before it is told to the companion', async () => {
    const { witness } = await scene()
    await witness.countersign((await rowsAfter(chainStart, 2)).rows)
    await witness.met(chainStart, await witness.last())
    const seen: unknown[] = []
    const looked = createLooked({
      witness,
      act: async (act) => {
        seen.push(act, await witness.last())
        return { kind: 'done' }
      },
    })
    expect(await looked(look)).toEqual({ kind: 'done' })
    expect(seen).toEqual([{ tool: 'looked', ...look }, null])
    expect(await witness.alarm()).toBeNull()
  })

  test.each(['refused', 'lost'])('stays an alarm when her word is %s', async (how) => {
    const { witness } = await scene()
    const { rows, head } = await rowsAfter(chainStart, 2)
    await witness.countersign(rows)
    await witness.met(chainStart, head)
    const refused = { kind: 'refused', code: 'countersignature_invalid', reason: 'No.', next: 'Again.' } as const
    const looked = createLooked({
      witness,
      act: () => (how === 'lost' ? Promise.reject(new Error('gone')) : Promise.resolve(refused)),
    })
    expect(await looked(look)).toMatchObject({ kind: 'refused' })
    expect(await witness.last()).toEqual(head)
    expect(await witness.alarm()).not.toBeNull()
  })

  test('that is not taken makes no alarm of what this browser knew nothing against', async () => {
    const { witness } = await scene()
    const { rows, head } = await rowsAfter(chainStart, 2)
    await witness.countersign(rows)
    await createLooked({ witness, act: () => Promise.reject(new Error('gone')) })(look)
    expect(await witness.alarm()).toBeNull()
    expect(await witness.last()).toEqual(head)
    expect(await witness.countersign((await rowsAfter(head, 1)).rows)).toMatchObject({ kind: 'signed' })
  })

  test('that was taken, though the answer was lost, is not taken back once this browser has begun anew', async () => {
    const { witness } = await scene()
    await witness.countersign((await rowsAfter(chainStart, 2)).rows)
    await witness.met(chainStart, await witness.last())
    const other = await rowsAfter(chainStart, 3, 'Another')
    const looked = createLooked({
      witness,
      act: async () => {
        await witness.countersign(other.rows)
        throw new Error('gone')
      },
    })
    expect(await looked(look)).toMatchObject({ kind: 'refused' })
    expect(await witness.alarm()).toBeNull()
    expect(await witness.last()).toEqual(other.head)
  })

  test('at another alarm leaves the ledger alone', async () => {
    const { witness } = await scene()
    const { rows, head } = await rowsAfter(chainStart, 2)
    await witness.countersign(rows)
    await createLooked({ witness, act: () => Promise.resolve({ kind: 'done' }) })({
      alarm: 'browser_doubled',
      about: '7K2M-9QXD',
    })
    expect(await witness.last()).toEqual(head)
  })
})
