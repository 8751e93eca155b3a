import { chained, chainStart } from '@countersign/shared/ledger/chain'
import type { LedgerRow } from '@countersign/shared/ledger/row'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../ledger/sha256.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { checkKept } from './kept-approval.ts'
import { entryInWords } from './ledger-show.ts'

const request = 'b3b0f5a8-7a3d-4c8e-9d53-3f1f5f3f8a11'
const at = '2026-11-22T12:00:00.000Z'

const setUp = async (answer: 'approve' | 'deny' = 'approve') => {
  const browser = await fakeBrowser()
  const approval = await browser.sign(
    {
      id: request,
      asker: { kind: 'agent', grant: 'g', label: 'Claude', claim: null },
      action: 'save_session',
      reason: null,
      subject: { kind: 'add-agent', label: 'x', account: null },
      args: 'a'.repeat(64),
      askedAt: at,
      deadline: at,
    },
    answer,
    { reason: 'Not\u001B[2Jnow' },
  )
  const entry = entryWith({
    ...(answer === 'approve' ? {} : { outcome: 'refused', code: 'approval_denied' }),
    details: { request, browser: browser.fingerprint, countersignature: approval.document.seq },
  })
  const paired = [{ key: browser.signingKey, label: browser.label, fingerprint: '7K2M-9QXD' }]
  return { approval, entry, paired }
}

const entryWith = (more: Partial<LedgerRow>): LedgerRow =>
  chained(
    {
      at,
      kind: 'approval',
      asker: { kind: 'agent', label: 'Claude' },
      tool: 'save_session',
      call: null,
      outcome: 'done',
      code: null,
      details: {},
      ...more,
    },
    chainStart,
    sha256,
  )

describe('what was signed', () => {
  it.each(['approve', 'deny'] as const)('is good where the entry says the same: %s', async (answer) => {
    const { approval, entry, paired } = await setUp(answer)
    const told = { entry, call: [], approval, paired }
    expect(await checkKept(entry, told)).toEqual({
      ...approval,
      good: true,
      browser: 'Chrome on Linux',
      fingerprint: '7K2M-9QXD',
    })
    expect(await checkKept(entry, { ...told, paired: [] })).toMatchObject({ good: true, browser: null })
    expect(await checkKept(entry, { ...told, approval: null })).toBeNull()
  })

  it('is bad where it was signed otherwise, or not for this entry', async () => {
    const { approval, entry, paired } = await setUp()
    const { document, signature } = approval
    const others: unknown[] = [
      { ...document, answer: 'deny' },
      { ...document, tool: 'other' },
      { ...document, purpose: 'countersign/1 ledger head' },
      'spoilt',
    ]
    for (const other of others) {
      const told = { entry, call: [], approval: { document: other, signature }, paired }
      expect(await checkKept(entry, told), JSON.stringify(other)).toMatchObject({ good: false })
    }
    const elsewhere: Partial<LedgerRow>[] = [
      { tool: 'other' },
      { outcome: 'refused' },
      { asker: { kind: 'agent', label: 'Eve' } },
      { details: { ...entry.details, request: 'another' } },
      { details: { ...entry.details, countersignature: 2 } },
    ]
    for (const more of elsewhere) {
      const row = { ...entry, ...more }
      expect(await checkKept(row, { entry: row, call: [], approval, paired }), JSON.stringify(more)).toMatchObject({
        good: false,
      })
    }
  })
})

describe('an entry in words', () => {
  it('is whole, with what was signed, and the others of its call', async () => {
    const { approval, entry, paired } = await setUp()
    const kept = await checkKept(entry, { entry, call: [], approval, paired })
    const other = entryWith({ kind: 'call', call: 'c1', outcome: 'intent' })
    const words = entryInWords({ entry, good: true, call: [entry, { ...other, seq: 2 }], approval: kept })
    expect(words.split('\n')).toEqual([
      'Entry             1',
      'Time              2026-11-22 12:00:00 UTC',
      'What              approval',
      'Asked by          Claude (agent)',
      'For               save_session',
      'Outcome           done',
      `request           ${request}`,
      expect.stringMatching(/^browser {11}Chrome on Linux-/),
      'countersignature  1',
      `Before it         ${'0'.repeat(64)}`,
      `Hash              ${entry.hash}, which fits`,
      'Signature         good, by Chrome on Linux (7K2M-9QXD)',
      'Signed            approve, save_session, for Claude, at 2026-11-22 12:00:00 UTC',
      'Her words         Not⟨U+001B⟩[2Jnow',
      `Arguments         ${'a'.repeat(64)}`,
      expect.stringMatching(/^Shown {13}[0-9a-f]{64}$/),
      `Key               ${approval.document.browser}`,
      'Same call         entry 2, 2026-11-22 12:00:00 UTC, call, intent',
    ])
  })

  it('says what does not fit', async () => {
    const { approval, entry } = await setUp()
    const bad = { ...approval, good: false, browser: null, fingerprint: null }
    const words = entryInWords({ entry, good: false, call: [], approval: bad })
    expect(words).toContain(`${entry.hash}, which does not fit: run \`countersign ledger verify\``)
    expect(words).toContain('Signature         BAD: this was not signed as it stands here')
  })
})
