import type { KnownHead, LedgerReport } from '@countersign/shared/ledger/check-ledger'
import { describe, expect, it } from 'vitest'
import { reportInWords } from './ledger-words.ts'

const at = '2026-11-22T12:00:00.123Z'
const headAt = (seq: number, more: Partial<KnownHead> = {}): KnownHead => ({
  head: { seq, hash: 'a'.repeat(64) },
  browser: 'known',
  at,
  vouched: true,
  ...more,
})
const report = (more: Partial<LedgerReport>): LedgerReport => ({
  entries: 214,
  signed: headAt(210),
  unsigned: 4,
  ignored: 0,
  fault: null,
  ...more,
})
const said = (more: Partial<LedgerReport>, where: 'companion' | 'database' | 'file' = 'companion') =>
  reportInWords(report(more), {
    where,
    nameOf: (key) => (key === 'known' ? 'Chrome on Linux (7K2M-9QXD)' : undefined),
  }).split('\n')

const chrome = 'by Chrome on Linux (7K2M-9QXD) at 2026-11-22 12:00:00 UTC'

describe('a ledger that is whole', () => {
  it('says up to where it is countersigned, by whom, when, and what comes after', () => {
    expect(said({})).toEqual([
      `Whole: 214 entries, countersigned up to entry 210 ${chrome}; 4 entries after it are not countersigned yet.`,
    ])
    expect(said({ entries: 211, unsigned: 1 })[0]).toContain('; one entry after it is not countersigned yet.')
    expect(said({ entries: 210, unsigned: 0 })[0]).toBe(
      `Whole: 210 entries, countersigned up to entry 210 ${chrome}, which is the last.`,
    )
    expect(said({ signed: headAt(210, { at: null }) })[0]).toContain('by Chrome on Linux (7K2M-9QXD); 4 entries')
  })

  it('says that nobody has signed any of it', () => {
    const none = { entries: 12, signed: null, unsigned: 12 }
    expect(said(none)).toEqual(['Whole: 12 entries. None is countersigned yet.'])
    expect(said(none, 'file')).toEqual([
      'Whole in itself: 12 entries. But none is countersigned, so whoever can write this file can have made them all up.',
    ])
  })

  it('says that nobody vouches for a key that it only names itself', () => {
    const stranger = { signed: headAt(210, { browser: 'BStranger', vouched: false }) }
    const line = 'Whole: 214 entries, countersigned up to entry 210 by the key BStranger at 2026-11-22 12:00:00 UTC'
    const why = (where: 'companion' | 'database' | 'file') => {
      const [first, second, ...more] = said(stranger, where)
      expect([first?.startsWith(line), more]).toEqual([true, []])
      return second
    }
    const but = 'Nobody vouches for that key:'
    expect(why('file')).toBe(`${but} it is named in the file alone. Give the browser's own with --key FILE.`)
    expect(why('database')).toBe(`${but} the companion does not run. Give the browser's own with --key FILE.`)
    expect(why('companion')).toBe(`${but} no browser that is paired now has it.`)
  })

  it('says what did not count', () => {
    expect(said({ ignored: 1 }, 'file')[1]).toBe('One countersignature by another key did not count.')
    expect(said({ ignored: 2 }, 'file')[1]).toBe('2 countersignatures by other keys did not count.')
  })
})

describe('a ledger that is not', () => {
  const signed = headAt(10)
  const after = `Countersigned up to entry 10 ${chrome}; 204 entries stand after that.`
  const table: [NonNullable<LedgerReport['fault']>, string][] = [
    [{ what: 'altered', entry: 17 }, 'Entry 17 was altered.'],
    [{ what: 'missing', entry: 17 }, 'Entry 17 is missing.'],
    [{ what: 'reordered', entry: 17 }, 'Entry 17 is not where it was written: the order was changed.'],
    [
      { what: 'rewritten', entry: 17, by: headAt(17) },
      `Rewritten: entry 17 is not the one that was countersigned ${chrome}. Something between entry 11 and there was made anew.`,
    ],
    [
      { what: 'rewritten', entry: 11, by: headAt(11) },
      `Rewritten: entry 11 is not the one that was countersigned ${chrome}. It was made anew.`,
    ],
    [{ what: 'cut', entry: 215, by: headAt(220) }, `Cut: entries 215 to 220 are gone, countersigned ${chrome}.`],
    [{ what: 'cut', entry: 215, by: headAt(215) }, `Cut: entry 215 is gone, countersigned ${chrome}.`],
    [
      { what: 'cut', entry: 201, by: headAt(210) },
      `Cut: entries 201 to 210 are gone, countersigned ${chrome}. What stands there now was written later.`,
    ],
    [
      { what: 'forged', entry: 17 },
      'The countersignature under entry 17 is forged: the key that it names did not make it.',
    ],
    [{ what: 'unreadable', entry: 17 }, 'In the place of entry 17 stands something that is no entry.'],
    [{ what: 'torn', entry: 215 }, 'The last line breaks off in its middle, after entry 214.'],
  ]
  it.each(table)('%j', (fault, words) => {
    expect(said({ fault, signed, unsigned: 204 }, 'file')).toEqual([`${words} ${after}`])
  })

  it('says how to keep it, where it is the companion’s', () => {
    const lines = said({ fault: { what: 'altered', entry: 17 }, signed, unsigned: 204 })
    expect(lines).toEqual([
      `Entry 17 was altered. ${after}`,
      'To keep a copy of it as it is: `countersign ledger export --out FILE`.',
    ])
  })

  it('has nothing in it, or nothing that the key asked for has signed', () => {
    expect(said({ entries: 0, signed: null, unsigned: 0, fault: { what: 'cut', entry: 1 } }, 'file')[0]).toBe(
      'Cut: there is no entry at all.',
    )
    expect(said({ signed: null, unsigned: 214, fault: { what: 'unsigned', entry: 1 }, ignored: 1 }, 'file')).toEqual([
      "Not countersigned by the key given: either it is another browser's, or the part that was signed is gone. Of 214 entries none is known to be countersigned.",
      'One countersignature by another key did not count.',
    ])
    expect(said({ signed: null, unsigned: 214, fault: { what: 'unsigned', entry: 1 } })[0]).toContain(
      'Not countersigned, although a browser is paired: what it signed is gone',
    )
  })
})
