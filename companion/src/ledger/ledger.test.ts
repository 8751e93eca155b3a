import type { ChainHead } from '@countersign/shared/ledger/chain'
import { checkChain } from '@countersign/shared/ledger/check-chain'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import { describe, expect, it } from 'vitest'
import { fakeTime } from '../testing/fake-time.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { sha256 } from './sha256.ts'

const companion: LedgerAsker = { kind: 'companion', label: 'Companion' }
const agent: LedgerAsker = { kind: 'agent', label: 'Claude' }

const open = () => {
  const { database, meddle } = tempDatabase()
  const time = fakeTime()
  const reopen = () => createLedger({ database, time })
  return { database, meddle, time, reopen, ledger: reopen() }
}

const verdictOn = (ledger: Pick<Ledger, 'page'>, signed?: ChainHead) => {
  const check = checkChain(sha256)
  if (signed !== undefined) check.head({ head: signed })
  for (let after: number | null = Number.MIN_SAFE_INTEGER; after !== null;) {
    const { rows, next } = ledger.page(after, 2)
    for (const row of rows) check.row(row)
    after = next
  }
  const { fault, head } = check.verdict()
  return { head, fault: fault && `${fault.what} ${fault.entry}` }
}

describe('the ledger', () => {
  it('chains its rows and lists them, oldest first', () => {
    const { ledger } = open()
    ledger.append({ kind: 'start', asker: companion })
    ledger.begin({ call: 'c1', asker: agent, tool: 'save_session', details: { cookies: 4 } })
    ledger.settle('c1', { outcome: 'refused', code: 'paused' })
    const rows = ledger.list()
    expect(rows.map(({ seq, kind, outcome, code }) => [seq, kind, outcome, code])).toEqual([
      [1, 'start', 'done', null],
      [2, 'call', 'intent', null],
      [3, 'call', 'refused', 'paused'],
    ])
    expect(rows[2]).toMatchObject({ asker: agent, tool: 'save_session', prev: rows[1]?.hash })
    expect(verdictOn(ledger)).toEqual({ fault: null, head: ledger.head() })
    expect(ledger.list({ limit: 2 }).map(({ seq }) => seq)).toEqual([2, 3])
    expect(ledger.list({ after: 1, limit: 1 }).map(({ seq }) => seq)).toEqual([2])
    expect(ledger.list({ before: 3, limit: 1 }).map(({ seq }) => seq)).toEqual([2])
  })

  it('enters once that a call was interrupted, when the process ended in its middle', () => {
    const { ledger, reopen } = open()
    ledger.begin({ call: 'settled', asker: agent, tool: 'save_session' })
    ledger.settle('settled', { outcome: 'done' })
    ledger.begin({ call: 'cut', asker: agent, tool: 'save_session' })
    const again = reopen()
    expect(again.list({ after: 3 })).toMatchObject([
      { kind: 'interrupted', outcome: 'interrupted', call: 'cut', asker: agent, tool: 'save_session' },
    ])
    expect(reopen().list({ after: 4 })).toEqual([])
    expect(verdictOn(again).fault).toBeNull()
  })

  it('settles a call once, and none that it does not know', () => {
    const { ledger } = open()
    ledger.begin({ call: 'c1', asker: agent, tool: 'save_session' })
    ledger.settle('c1', { outcome: 'done' })
    expect(thrownBy(() => ledger.settle('c1', { outcome: 'done' })).code).toBe('internal')
    expect(thrownBy(() => ledger.settle('c2', { outcome: 'done' })).code).toBe('internal')
  })

  it('never goes back in time', () => {
    const { ledger, time } = open()
    const first = ledger.append({ kind: 'start', asker: companion })
    time.setWall(Date.parse('2020-01-01T00:00:00Z'))
    expect(ledger.append({ kind: 'stop', asker: companion }).at).toBe(first.at)
    expect(ledger.now()).toBe(Date.parse(first.at))
    time.setWall(Date.parse('2027-01-01T00:00:00Z'))
    expect(ledger.now()).toBe(Date.parse('2027-01-01T00:00:00Z'))
  })

  it('tells of a row when it is on the disk, and not of one that was undone', () => {
    const { ledger, database } = open()
    const told: number[] = []
    const stop = ledger.onAppend(({ seq }) => told.push(seq))
    const undone = () =>
      database.transaction(() => {
        ledger.append({ kind: 'start', asker: companion })
        throw new Error('stop')
      })
    expect(undone).toThrow('stop')
    database.transaction(() => {
      ledger.append({ kind: 'start', asker: companion })
      expect(told).toEqual([])
    })
    expect(told).toEqual([1])
    stop()
    ledger.append({ kind: 'stop', asker: companion })
    expect(told).toEqual([1])
  })

  it('takes whatever an agent calls a tool, made harmless', () => {
    const { ledger } = open()
    const row = ledger.begin({ call: 'c1', asker: agent, tool: `a\0\uD800\u202E${'x'.repeat(300)}` })
    expect(row.tool).toMatch(/^a⟨U\+0000⟩⟨U\+D800⟩⟨U\+202E⟩x+…$/)
    expect(ledger.list()).toEqual([row])
    expect(verdictOn(ledger).fault).toBeNull()
  })
})

describe('a ledger that was meddled with', () => {
  const swap =
    'update ledger set seq = 9 where seq = 2; update ledger set seq = 2 where seq = 3; update ledger set seq = 3 where seq = 9'
  it.each([
    ['altered 2', "update ledger set code = 'paused' where seq = 2"],
    ['altered 2', 'update ledger set details = \'{"cookies":5}\' where seq = 2'],
    ['altered 2', "update ledger set details = '{' where seq = 2"],
    ['altered 2', "update ledger set kind = 'nonsense' where seq = 2"],
    ['altered 3', "update ledger set hash = '' where seq = 3"],
    ['altered 2', "update ledger set code = cast(x'ff' as text) where seq = 2"],
    ['altered 3', "update ledger set at = cast(x'ff' as text), prev = '' where seq = 3"],
    ['unreadable 4', 'update ledger set seq = 9223372036854775807 where seq = 4'],
    ['missing 2', 'delete from ledger where seq = 2'],
    ['reordered 2', swap],
    ['reordered 1', 'update ledger set seq = 9 where seq = 1'],
    ['unreadable 1', 'update ledger set seq = -9 where seq = 1'],
  ])('is %s: %s', (fault, sql) => {
    const { ledger, meddle } = open()
    for (let count = 0; count < 4; count += 1) ledger.append({ kind: 'start', asker: companion })
    meddle(sql)
    expect(verdictOn(ledger).fault).toBe(fault)
  })

  it('is cut when it ends before the head that was signed', () => {
    const { ledger, meddle } = open()
    for (let count = 0; count < 3; count += 1) ledger.append({ kind: 'start', asker: companion })
    const signed = ledger.head()
    meddle('delete from ledger where seq > 1')
    expect(verdictOn(ledger).fault).toBeNull()
    expect(verdictOn(ledger, signed).fault).toBe('cut 2')
  })

  it('takes nothing more after an entry that is damaged, and names it', () => {
    const { ledger, meddle } = open()
    ledger.append({ kind: 'start', asker: companion })
    meddle("update ledger set hash = ''")
    const error = thrownBy(() => ledger.append({ kind: 'stop', asker: companion }))
    expect(error.code).toBe('ledger_damaged')
    expect(error.message).toBe('Entry 1 of the ledger is damaged.')
  })
})

describe('a full disk', () => {
  it('keeps the intent from being promised', () => {
    const { ledger, database } = open()
    database.script('pragma max_page_count = 1')
    const details = { note: 'x'.repeat(900) }
    const many = () => {
      for (let call = 0; call < 200; call += 1)
        ledger.begin({ call: `c${call}`, asker: agent, tool: 'save_session', details })
    }
    expect(thrownBy(many).code).toBe('disk_full')
    expect(verdictOn(ledger).fault).toBeNull()
  })
})
