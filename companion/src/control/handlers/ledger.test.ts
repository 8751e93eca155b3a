import type { Countersigned } from '@countersign/shared/approval/countersignature'
import type { LedgerRow } from '@countersign/shared/ledger/row'
import { describe, expect, it } from 'vitest'
import { createHeads } from '../../ledger/heads.ts'
import { companionKey } from '../../testing/fake-browser.ts'
import { openTab, signedIn, tempHouse } from '../../testing/temp-house.ts'
import { ledgerEntry, ledgerHeads, ledgerPage } from '../ledger-answers.ts'
import { ledgerHandlers } from './ledger.ts'

const companion = { kind: 'companion', label: 'Companion' } as const
const claim = { program: 'test', parent: 'test', pid: 1, folder: '/' }

const setUp = async () => {
  const house = await tempHouse()
  const { ledger, approvals, browsers, browser } = house
  const heads = createHeads(house.database)
  const remembered = [
    { label: browser.label, fingerprint: browser.fingerprint, browser: browser.signingKey, head: ledger.head() },
  ]
  const handlers = ledgerHandlers({ ledger, heads, approvals, browsers, remembered: () => remembered })
  /** As it comes out at the other end of the control socket. */
  const ask = async (name: string, params: object): Promise<unknown> => {
    const handler = handlers.find((each) => each.name === name)
    if (handler === undefined) throw new Error(`Nobody answers ${name}`)
    const { signal } = new AbortController()
    return JSON.parse(JSON.stringify(await handler.run(params, { claim, signal, event: () => undefined })))
  }
  return { ...house, heads, ask }
}

describe('ledger.page', () => {
  it('gives each entry whole, also one that is none any more, and where to go on', async () => {
    const { ask, ledger, meddle } = await setUp()
    const rows: LedgerRow[] = []
    for (let count = 0; count < 5; count += 1) rows.push(ledger.append({ kind: 'start', asker: companion }))
    meddle("update ledger set details = 'torn', kind = 'gossip' where seq = 2")
    const first = ledgerPage.parse(await ask('ledger.page', { after: Number.MIN_SAFE_INTEGER, limit: 3 }))
    const { details: _, ...damaged } = { ...rows[1], kind: 'gossip' }
    expect(first).toEqual({ rows: [rows[0], damaged, rows[2]], next: 3 })
    expect(await ask('ledger.page', { after: 3, limit: 3 })).toEqual({ rows: [rows[3], rows[4]], next: null })
    expect(await ask('ledger.page', { after: 5, limit: 3 })).toEqual({ rows: [], next: null })
  })

  it('takes no page that would keep others waiting', async () => {
    const { ask } = await setUp()
    await expect(ask('ledger.page', { after: 0, limit: 1001 })).rejects.toMatchObject({ code: 'invalid_arguments' })
  })
})

describe('ledger.heads', () => {
  it('gives what was kept, what is remembered, and whose the keys are', async () => {
    const { ask, browser, heads, ledger, meddle } = await setUp()
    ledger.append({ kind: 'start', asker: companion })
    const document = {
      purpose: 'countersign/1 ledger head',
      browser: browser.signingKey,
      companion: companionKey,
      head: ledger.head(),
      at: '2026-11-22T12:00:00.000Z',
    } as const
    const signed = { document, signature: 's'.repeat(86) }
    heads.keep(signed)
    meddle("insert into ledger_heads values ('other', 'spoilt', 'x')")
    const { label, fingerprint, signingKey: key } = browser
    expect(ledgerHeads.parse(await ask('ledger.heads', {}))).toEqual({
      kept: [signed, { document: 'spoilt', signature: 'x' }],
      remembered: [{ key, label, fingerprint, head: { seq: 0, hash: '0'.repeat(64) } }],
      paired: [{ key, label, fingerprint }],
    })
  })
})

describe('ledger.entry', () => {
  it('gives an entry with the others of its call, and an approval as it was signed', async () => {
    const house = await setUp()
    const { ask, authorize, browser, broker, ledger, meddle } = house
    openTab(browser, signedIn())
    ledger.begin({ call: 'c1', asker: companion, tool: 'save_session' })
    ledger.settle('c1', { outcome: 'done' })
    const asked = authorize(
      {
        asker: { kind: 'agent', grant: 'g', label: 'Claude', claim: null },
        action: 'save_session',
        reason: null,
        args: 'a'.repeat(64),
        patience: 60,
        subjects: () =>
          Promise.resolve({
            kind: 'ready',
            byBrowser: new Map([[browser.fingerprint, { kind: 'add-agent', label: 'x', account: null }]]),
          }),
        asking: () => undefined,
      },
      new AbortController().signal,
    )
    const signed: Countersigned = await browser.sign(await browser.prompted(), 'approve')
    await broker.answer(browser, signed)
    await asked

    expect(ledgerEntry.parse(await ask('ledger.entry', { seq: 1 }))).toMatchObject({
      entry: { seq: 1, outcome: 'intent' },
      call: [{ seq: 1 }, { seq: 2, outcome: 'done' }],
      approval: null,
    })
    const approval = { entry: { seq: 3, kind: 'approval' }, call: [], approval: signed }
    expect(await ask('ledger.entry', { seq: 3 })).toMatchObject(approval)
    meddle("update approvals set document = 'spoilt'")
    expect(await ask('ledger.entry', { seq: 3 })).toMatchObject({ approval: { document: 'spoilt' } })
    meddle('delete from approvals')
    expect(await ask('ledger.entry', { seq: 3 })).toMatchObject({ approval: null })
  })

  it('gives a damaged entry as it lies there, and refuses one that is not', async () => {
    const { ask, ledger, meddle } = await setUp()
    ledger.append({ kind: 'start', asker: companion })
    ledger.append({ kind: 'stop', asker: companion })
    meddle("update ledger set details = '[' where seq = 1")
    expect(await ask('ledger.entry', { seq: 1 })).toMatchObject({ entry: { seq: 1 }, call: [], approval: null })
    meddle('delete from ledger where seq = 1')
    for (const seq of [1, 3])
      await expect(ask('ledger.entry', { seq })).rejects.toMatchObject({ code: 'no_such_entry' })
  })
})
