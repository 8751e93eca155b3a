import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  exportedLedger,
  rewrittenFrom,
  rowsIn,
  verdictIn,
  verifyLedger,
  type LedgerVerdict,
} from '../support/ledger.ts'
import { runOffline } from '../support/offline.ts'
import { refusal } from '../support/pairing.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { openWorld } from '../support/world.ts'

// With nothing but an exported ledger and the browser's public key anybody can tell what was done to it: no companion, no state.

let folder: TemporaryFolder
let lines: readonly string[]
/** As PEM, from the terminal; and as text, from the browser itself. */
let pem: string
let fromPopup: string
/** The entry that the browser has signed. */
let signed: number
beforeAll(async () => {
  folder = await temporaryFolder('offline')
  await using world = await openWorld()
  const { companion, extension, tab } = world
  await world.signIn('example-freelancer')
  const { fingerprint } = await world.pair()
  await using popup = await extension.openPopup(tab)
  await popup.press('Save session')
  await popup.says('status', 'Saved')
  fromPopup = await popup.page.$eval('.key .command code', (element) => element.textContent ?? '')
  await popup.close()
  await world.grant('Job scout')
  const verdict = await until('the browser has signed', async () => {
    const now = await verifyLedger(companion)
    return now.unsigned === 0 && now
  })
  signed = verdict.signed?.entry ?? 0
  // Two entries that nobody signs any more, since the browser has gone.
  await world.chromium.close()
  await companion.stop()
  await companion.start()
  pem = (await companion.run(['pair', 'key', fingerprint])).stdout
  lines = await exportedLedger(companion)
})
afterAll(() => folder.remove())

/** In a folder that has nothing but the ledger, and the key, if one is given. */
const check = async (ledger: readonly string[] | string, key?: string): Promise<LedgerVerdict & { words: string }> => {
  const place = await mkdtemp(join(folder.path, 'check-'))
  await writeFile(join(place, 'ledger.jsonl'), typeof ledger === 'string' ? ledger : `${ledger.join('\n')}\n`)
  if (key !== undefined) await writeFile(join(place, 'browser.key'), key)
  const args = ['ledger', 'verify', 'ledger.jsonl', ...(key === undefined ? [] : ['--key', 'browser.key'])]
  const verdict = verdictIn(await runOffline(place, [...args, '--json']))
  const { stdout } = await runOffline(place, args)
  expect(await readdir(place)).toEqual([...(key === undefined ? [] : ['browser.key']), 'ledger.jsonl'])
  return { ...verdict, words: stdout }
}
const rowsOnly = (): readonly string[] => lines.filter((line) => !line.startsWith('{"head"'))
const headOnly = (): string => lines.find((line) => line.startsWith('{"head"')) ?? ''
/** The line of this entry; the head stands behind the one that it signs. */
const lineOf = (entry: number): number => (entry <= signed ? entry - 1 : entry)

describe('an exported ledger', () => {
  test('is whole, by the key that the terminal gives, and by the one that the browser itself shows', async () => {
    const jwk = JSON.stringify(createPublicKey(pem).export({ format: 'jwk' }))
    for (const key of [pem, fromPopup, jwk]) {
      const { words, ...verdict } = await check(lines, key)
      expect(verdict).toMatchObject({
        ok: true,
        entries: lines.length - 1,
        signed: { entry: signed, key: fromPopup, vouched: true },
        unsigned: lines.length - 1 - signed,
        ignored: 0,
      })
      expect(verdict.unsigned).toBeGreaterThanOrEqual(2)
      expect(words).toContain(`countersigned up to entry ${signed} by the key in browser.key at 20`)
      expect(words).toContain(`${verdict.unsigned} entries after it are not countersigned yet.`)
    }
  })

  test('says plainly that nobody vouches for a key that only it names', async () => {
    const { words, ...verdict } = await check(lines)
    expect(verdict).toMatchObject({ ok: true, signed: { key: fromPopup, vouched: false } })
    expect(words).toContain('Nobody vouches for that key')
  })

  test('is not countersigned by a key of somebody else, nor without its head', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
    const { words, ...verdict } = await check(lines, other.export({ type: 'spki', format: 'pem' }).toString())
    expect(verdict).toMatchObject({ ok: false, signed: null, ignored: 1, fault: { what: 'unsigned' } })
    expect(words).toContain('Not countersigned by the key given')
    expect(await check(rowsOnly(), pem)).toMatchObject({ ok: false, signed: null, fault: { what: 'unsigned' } })
    expect((await check(rowsOnly())).words).toContain('whoever can write this file can have made them all up')
  })

  test('with an entry altered: that entry', async () => {
    const altered = lines.with(lineOf(3), (lines[lineOf(3)] ?? '').replace('"outcome":"', '"outcome":"in'))
    expect(altered).not.toEqual(lines)
    const { words, ...verdict } = await check(altered, pem)
    expect(verdict).toMatchObject({ ok: false, fault: { what: 'altered', entry: 3 } })
    expect(words).toMatch(/^Entry 3 was altered\./)
  })

  test('with its tail cut off: the first that is gone, as long as the head is there', async () => {
    const cut = [...rowsOnly().slice(0, signed - 2), headOnly()]
    expect(await check(cut, pem)).toMatchObject({ ok: false, fault: { what: 'cut', entry: signed - 1 } })
    expect(await check(cut.slice(0, -1), pem)).toMatchObject({ ok: false, fault: { what: 'unsigned' } })
  })

  test('with an entry taken out, or two that changed places: the first that is not there', async () => {
    expect(await check(lines.toSpliced(lineOf(4), 1), pem)).toMatchObject({ fault: { what: 'missing', entry: 4 } })
    const swapped = lines.with(lineOf(2), lines[lineOf(5)] ?? '').with(lineOf(5), lines[lineOf(2)] ?? '')
    expect(await check(swapped, pem)).toMatchObject({ ok: false, fault: { what: 'reordered', entry: 2 } })
  })

  test('rewritten from an entry on with good hashes: at the head, or, after that, counted as unsigned', async () => {
    const anew = (entry: number) => {
      const rows = rewrittenFrom(rowsIn(lines), entry).map((row) => JSON.stringify(row))
      return rows.toSpliced(signed, 0, headOnly())
    }
    expect(await check(anew(3), pem)).toMatchObject({ ok: false, fault: { what: 'rewritten', entry: signed } })
    const after = await check(anew(signed + 1), pem)
    expect(after).toMatchObject({ ok: true, signed: { entry: signed }, unsigned: lines.length - 1 - signed })
  })

  test('with a head that was forged', async () => {
    const other = JSON.stringify(JSON.parse(headOnly())).replace('"at":"20', '"at":"21')
    expect(await check(lines.with(signed, other), pem)).toMatchObject({ fault: { what: 'forged', entry: signed } })
  })

  test('whose last line breaks off; one in the middle that is no entry is told from that', async () => {
    const text = `${lines.join('\n')}\n`
    const { words, ...torn } = await check(text.slice(0, -20), pem)
    expect(torn).toMatchObject({
      ok: false,
      signed: { entry: signed },
      fault: { what: 'torn', entry: lines.length - 1 },
    })
    expect(words).toMatch(/^The last line breaks off in its middle/)
    // A last newline that an editor took away is no harm.
    expect(await check(text.slice(0, -1), pem)).toMatchObject({ ok: true })
    const half = lines.with(lineOf(3), (lines[lineOf(3)] ?? '').slice(0, 40))
    expect(await check(half, pem)).toMatchObject({ ok: false, fault: { what: 'unreadable', entry: 3 } })
  })

  test('of which nothing is there', async () => {
    expect(await check('')).toMatchObject({ ok: false, entries: 0, fault: { what: 'cut', entry: 1 } })
  })
})

test('a file that is not there, or no key, is refused in one line', async () => {
  const place = await mkdtemp(join(folder.path, 'check-'))
  await writeFile(join(place, 'ledger.jsonl'), lines.join('\n'))
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await runOffline(place, ['ledger', 'verify', ...args, '--json'])
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 1, lines: 2 })
    return refusal.parse(JSON.parse(stdout)).error.code
  }
  expect(await refused('nowhere.jsonl')).toBe('file_unreadable')
  expect(await refused('ledger.jsonl', '--key', 'nowhere.pem')).toBe('file_unreadable')
  expect(await refused('ledger.jsonl', '--key', 'ledger.jsonl')).toBe('key_invalid')
  // Nor is there a companion to ask.
  expect(await refused()).toBe('not_running')
})
