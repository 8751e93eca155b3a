import { countersign, keyText } from '@countersign/shared/approval/countersignature'
import { checkLedger, type LedgerReport } from '@countersign/shared/ledger/check-ledger'
import type { SignedHead } from '@countersign/shared/ledger/signed-head'
import { beforeAll, describe, expect, it } from 'vitest'
import { companionKey } from '../testing/fake-browser.ts'
import { headOf, ledgerOf, rewrittenFrom } from '../testing/sample-ledger.ts'
import { sha256 } from './sha256.ts'

const rows = ledgerOf(10)
const at = '2026-11-22T12:00:00.000Z'

type Signer = { readonly key: string; sign(entry: number, of?: typeof rows): Promise<SignedHead> }
const createSigner = async (): Promise<Signer> => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const key = keyText(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  return {
    key,
    sign: (entry, of = rows) =>
      countersign(pair.privateKey, {
        purpose: 'countersign/1 ledger head',
        browser: key,
        companion: companionKey,
        head: headOf(of.slice(0, entry)),
        at,
      }),
  }
}

let hers: Signer
let other: Signer
beforeAll(async () => {
  ;[hers, other] = [await createSigner(), await createSigner()]
})

/** The heads stand behind the entries that they sign. */
const linesOf = (heads: readonly SignedHead[], of: readonly unknown[] = rows): unknown[] => {
  const behind = (entry: number) =>
    heads.filter(({ document }) => document.head.seq === entry).map((head) => ({ head }))
  const after = heads.filter(({ document }) => document.head.seq > of.length).map((head) => ({ head }))
  return [...of.flatMap((row, index) => [row, ...behind(index + 1)]), ...after]
}

const reportOn = async (
  lines: readonly unknown[],
  { trusted = [], onlyTrusted = false }: { trusted?: readonly string[]; onlyTrusted?: boolean } = {},
): Promise<LedgerReport> => {
  const check = checkLedger({ sha256, trusted: new Set(trusted), onlyTrusted })
  for (const line of lines) await check.line(line)
  return check.report()
}

describe('a ledger with its heads', () => {
  it('is countersigned up to the furthest, and says how many entries stand after it', async () => {
    const report = await reportOn(linesOf([await hers.sign(4), await hers.sign(8)]), { trusted: [hers.key] })
    expect(report).toEqual({
      entries: 10,
      signed: { head: headOf(rows.slice(0, 8)), browser: hers.key, at, vouched: true },
      unsigned: 2,
      ignored: 0,
      fault: null,
    })
  })

  it('prefers the word of a key that we know to that of one which reaches further', async () => {
    const lines = linesOf([await hers.sign(4), await other.sign(8)])
    expect(await reportOn(lines, { trusted: [hers.key] })).toMatchObject({ signed: { browser: hers.key }, unsigned: 6 })
    const nobody = await reportOn(lines)
    expect(nobody).toMatchObject({ signed: { browser: other.key, vouched: false }, unsigned: 2, fault: null })
  })

  it('without any is whole, and says that nobody signed', async () => {
    expect(await reportOn(rows)).toEqual({ entries: 10, signed: null, unsigned: 10, ignored: 0, fault: null })
  })

  it('is cut to nothing when nothing is there: every ledger has a first entry', async () => {
    expect(await reportOn([])).toMatchObject({ entries: 0, fault: { what: 'cut', entry: 1 } })
  })
})

describe('when only some keys count', () => {
  const only = () => ({ trusted: [hers.key], onlyTrusted: true })

  it('heads by others are left out, whatever they say, and counted', async () => {
    const lie = await other.sign(8, rewrittenFrom(rows, 2))
    const spoilt = { ...(await other.sign(9)), signature: (await other.sign(8)).signature }
    const report = await reportOn(linesOf([await hers.sign(4), lie, spoilt]), only())
    expect(report).toMatchObject({ signed: { browser: hers.key }, unsigned: 6, ignored: 2, fault: null })
  })

  it.each(['all heads are by others', 'there is no head'])('nothing is countersigned where %s', async (which) => {
    const heads = which === 'there is no head' ? [] : [await other.sign(8)]
    const report = await reportOn(linesOf(heads), only())
    expect(report).toMatchObject({ signed: null, unsigned: 10, fault: { what: 'unsigned', entry: 1 } })
  })

  it('what is wrong with the entries is said rather than that', async () => {
    const altered = rows.map((row) => (row.seq === 5 ? { ...row, code: 'other' } : row))
    expect(await reportOn(altered, only())).toMatchObject({ fault: { what: 'altered', entry: 5 } })
  })
})

describe('a head', () => {
  it('of other entries: the ledger was rewritten', async () => {
    const report = await reportOn(linesOf([await hers.sign(8)], rewrittenFrom(rows, 2)))
    expect(report).toMatchObject({ signed: null, fault: { what: 'rewritten', entry: 8, by: { browser: hers.key } } })
  })

  it('beyond the end: the ledger was cut', async () => {
    const report = await reportOn(linesOf([await hers.sign(3), await hers.sign(8)], rows.slice(0, 6)))
    expect(report).toMatchObject({ signed: { head: { seq: 3 } }, unsigned: 3, fault: { what: 'cut', entry: 7 } })
  })

  it('with any field changed, or without one, is forged', async () => {
    const { document, signature } = await hers.sign(8)
    const changed: unknown[] = [
      { document: { ...document, browser: other.key }, signature },
      { document: { ...document, companion: other.key }, signature },
      { document: { ...document, at: '2026-11-22T12:00:00.001Z' }, signature },
      { document, signature: (await other.sign(8)).signature },
      { document: { ...document, purpose: 'countersign/1 approval' }, signature },
      { document },
      { document: { head: document.head }, signature },
      'nonsense',
    ]
    for (const head of changed) {
      const lines = [...rows.slice(0, 8), { head }, ...rows.slice(8)]
      expect(await reportOn(lines), JSON.stringify(head)).toMatchObject({
        signed: null,
        fault: { what: 'forged', entry: 8 },
      })
    }
  })

  it('that says another entry or hash is forged, where it says so', async () => {
    const { document, signature } = await hers.sign(8)
    const elsewhere = { document: { ...document, head: { ...document.head, seq: 7 } }, signature }
    expect(await reportOn([...rows, { head: elsewhere }])).toMatchObject({ fault: { what: 'forged', entry: 7 } })
    const otherHash = { document: { ...document, head: { ...document.head, hash: sha256('') } }, signature }
    expect(await reportOn([...rows, { head: otherHash }])).toMatchObject({ fault: { what: 'forged', entry: 8 } })
  })

  it('that stands behind a later entry is out of its place', async () => {
    const lines = [...rows.slice(0, 9), { head: await hers.sign(8) }, ...rows.slice(9)]
    expect(await reportOn(lines)).toMatchObject({ fault: { what: 'reordered', entry: 8 } })
  })
})

describe('what a browser remembers', () => {
  const after = async (of: readonly unknown[], kept: readonly SignedHead[] = []) => {
    const check = checkLedger({ sha256, trusted: new Set([hers.key]), onlyTrusted: false })
    check.remembers(hers.key, headOf(rows.slice(0, 8)))
    for (const line of linesOf(kept, of)) await check.line(line)
    return check.report()
  }

  it('counts as signed, where the head itself is gone', async () => {
    expect(await after(rows)).toMatchObject({ signed: { head: { seq: 8 }, at: null, vouched: true }, unsigned: 2 })
    expect(await after(rows, [await hers.sign(8)])).toMatchObject({ signed: { head: { seq: 8 }, at } })
  })

  it('tells of an old copy that was put back with all its heads', async () => {
    const old = await after(rows.slice(0, 6), [await hers.sign(5)])
    expect(old).toMatchObject({ signed: { head: { seq: 5 } }, fault: { what: 'cut', entry: 7 } })
  })

  it('tells of a ledger that was made anew, and signed by a key of the one who did it', async () => {
    const anew = rewrittenFrom(rows, 5)
    const report = await after(anew, [await other.sign(10, anew)])
    expect(report).toMatchObject({ signed: null, fault: { what: 'rewritten', entry: 8 } })
  })
})

describe('lines that are no entries', () => {
  it('are named by where they stand', async () => {
    const check = checkLedger({ sha256, trusted: new Set(), onlyTrusted: false })
    await check.line(rows[0])
    check.unreadable()
    expect(check.report()).toMatchObject({ entries: 2, fault: { what: 'unreadable', entry: 2 } })
  })

  it('are told from a last line that breaks off', async () => {
    const check = checkLedger({ sha256, trusted: new Set(), onlyTrusted: false })
    for (const row of rows) await check.line(row)
    check.torn()
    expect(check.report()).toMatchObject({ entries: 10, fault: { what: 'torn', entry: 11 } })
  })
})
