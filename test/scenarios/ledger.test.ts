import { copyFile, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportedLedger, rewrittenFrom, rowsIn, verdictIn, verifyLedger } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { beginPairing, pairedBrowsers, refusal } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { statusOf } from '../support/status.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'

// Whatever is done to the ledger behind the companion's back is named as what it is, at its entry, up to what a browser signed.

let companion: Companion
let browser: WireBrowser
let line: Line
let folder: TemporaryFolder
/** The entry up to which the browser has signed, when the companion was stopped. */
let signed: number
beforeAll(async () => {
  folder = await temporaryFolder('ledger')
  companion = await createCompanion()
  await companion.start()
  browser = await createWireBrowser()
  await using pairing = await beginPairing(companion)
  line = await browser.pair(pairing.code)
  await line.hello()
  await pairing.paired()
  for (const value of ['one', 'two', 'three']) await line.save(sampleSession('example-freelancer', value))
  await using adding = companion.begin(['agents', 'add', 'Job scout', '--json'])
  await line.approve('add agent Job scout')
  await adding.line(z.object({ token: z.string() }))
  signed = (await whenSigned()).entry
  await companion.stop()
  await copyState(companion.home, folder.path)
})
afterAll(async () => {
  await companion.close()
  await folder.remove()
})

/** Until the browser has signed the newest entry. */
const whenSigned = () =>
  until('all is countersigned', async () => {
    const { signed: head, unsigned } = await verifyLedger(companion)
    return unsigned === 0 && head
  })

const copyState = async (from: string, to: string): Promise<void> => {
  for (const name of await readdir(to)) if (name.startsWith('countersign.db')) await rm(join(to, name))
  for (const name of await readdir(from)) {
    if (name.startsWith('countersign.db')) await copyFile(join(from, name), join(to, name))
  }
}

/** The ledger as it was when all was signed, but for this; the browser is away. */
const meddledWith = async (sql: string): Promise<void> => {
  await copyState(folder.path, companion.home)
  await meddle(companion, sql)
  await companion.start()
}

describe('the ledger of a companion', () => {
  afterEach(() => companion.stop())

  test('is whole, and says who has signed it, up to where, and what came after', async () => {
    await meddledWith('select 1')
    const [paired] = await pairedBrowsers(companion)
    const verdict = await verifyLedger(companion)
    expect(verdict).toMatchObject({ ok: true, signed: { entry: signed, key: paired?.key, vouched: true }, fault: null })
    // The companion was stopped and started since, and no browser has come.
    expect(verdict.unsigned).toBe(verdict.entries - signed)
    expect(verdict.unsigned).toBeGreaterThanOrEqual(2)
    const { code, stdout, stderr } = await companion.run(['ledger', 'verify'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const by = `by A program on the wire (${paired?.fingerprint})`
    expect(stdout).toContain(`Whole: ${verdict.entries} entries, countersigned up to entry ${signed} ${by} at 20`)
    expect(stdout).toContain(`; ${verdict.unsigned} entries after it are not countersigned yet.\n`)
  })

  const swap = (one: number, other: number) =>
    `update ledger set seq = -1 where seq = ${one}; update ledger set seq = ${one} where seq = ${other};
     update ledger set seq = ${other} where seq = -1;`
  test.each([
    ['an entry altered', `update ledger set asker_label = 'Somebody' where seq = 3`, 'altered', 3],
    ['its details altered', `update ledger set details = '{}' where seq = 2`, 'altered', 2],
    ['its details torn', `update ledger set details = '{"label":' where seq = 4`, 'altered', 4],
    ['an entry taken out', 'delete from ledger where seq = 4', 'missing', 4],
    ['two entries swapped', swap(3, 4), 'reordered', 3],
    ['the tail cut off', 'delete from ledger where seq > 5', 'cut', 6],
    ['nothing left of it', 'delete from ledger', 'cut', 1],
  ])('%s: %s is said to be %s, at entry %i', async (_, sql, what, entry) => {
    await meddledWith(sql)
    expect(await verifyLedger(companion)).toMatchObject({ ok: false, fault: { what, entry } })
    const { code, stdout } = await companion.run(['ledger', 'verify'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^(Entry \d+ (was altered|is missing|is not where)|Cut: entries \d+ to \d+ are gone)/)
    expect(stdout).toContain('`countersign ledger export --out FILE`')
  })

  test.each([
    ['says another time', `document = replace(document, '"at":"20', '"at":"21')`],
    ['bears another signature', `signature = 'A' || substr(signature, 2, 84) || 'A'`],
    ['is no head any more', `document = replace(document, 'ledger head', 'approval')`],
  ])('a countersigned head that %s is said to be forged', async (_, change) => {
    await meddledWith(`update ledger_heads set ${change}`)
    expect(await verifyLedger(companion)).toMatchObject({ ok: false, signed: null, fault: { what: 'forged' } })
    const { code, stdout } = await companion.run(['ledger', 'verify'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^The countersignature under entry \d+ is forged/)
  })

  test('written anew from an entry on, with hashes that fit: rewritten, at the head that was signed', async () => {
    await meddledWith('select 1')
    const rows = rowsIn(await exportedLedger(companion))
    await companion.stop()
    const anew = rewrittenFrom(rows, 4).map(
      ({ seq, outcome, code, prev, hash }) =>
        `update ledger set outcome = '${outcome}', code = ${code === null ? 'null' : `'${code}'`}, prev = '${prev}', hash = '${hash}' where seq = ${seq};`,
    )
    await meddledWith(anew.join('\n'))
    expect(await verifyLedger(companion)).toMatchObject({ ok: false, fault: { what: 'rewritten', entry: signed } })
  })

  test('with the head itself taken away: the connected browser remembers', async () => {
    await meddledWith('delete from ledger where seq > 5; delete from ledger_heads')
    expect(await verifyLedger(companion)).toMatchObject({ ok: false, signed: null, fault: { what: 'unsigned' } })
    expect((await companion.run(['ledger', 'verify'])).stdout).toContain('although a browser is paired')
    const { hello } = await browser.connect(companion.port)
    await hello()
    expect(await verifyLedger(companion)).toMatchObject({ ok: false, signed: null, fault: { what: 'cut' } })
  })

  test('an entry is shown whole, with what was signed', async () => {
    await meddledWith('select 1')
    const rows = rowsIn(await exportedLedger(companion))
    const approval = rows.find(({ kind }) => kind === 'approval')
    const intent = rows.find(({ outcome }) => outcome === 'intent')
    const [paired] = await pairedBrowsers(companion)
    const shown: unknown = JSON.parse((await companion.run(['ledger', 'show', String(approval?.seq), '--json'])).stdout)
    expect(shown).toMatchObject({
      entry: approval,
      good: true,
      approval: {
        document: { purpose: 'countersign/1 approval', tool: 'add agent Job scout', browser: paired?.key },
        good: true,
        fingerprint: paired?.fingerprint,
      },
    })
    const inWords = await companion.run(['ledger', 'show', String(approval?.seq)])
    expect(inWords.stdout).toMatch(/^Signature +good, by A program on the wire/m)
    const call = await companion.run(['ledger', 'show', String(intent?.seq), '--json'])
    expect(JSON.parse(call.stdout)).toMatchObject({
      call: [{ seq: intent?.seq, outcome: 'intent' }, { outcome: 'done' }],
      approval: null,
    })

    await companion.stop()
    await meddledWith(`update approvals set document = replace(document, 'Job scout', 'Job Scout')`)
    const after = await companion.run(['ledger', 'show', String(approval?.seq)])
    expect(after.stdout).toMatch(/^Signature +BAD/m)
    const none = await companion.run(['ledger', 'show', '999', '--json'])
    expect({ code: none.code, error: refusal.parse(JSON.parse(none.stdout)).error.code }).toEqual({
      code: 1,
      error: 'no_such_entry',
    })
  })

  test('is exported to a file of hers alone, and to no place that is not safe', async () => {
    await meddledWith('select 1')
    const out = join(folder.path, 'out')
    await mkdir(out, { recursive: true })
    const file = join(out, 'ledger.jsonl')
    const { stdout } = await companion.run(['ledger', 'export', '--out', file, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ path: file, heads: 1 })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(out)).toEqual(['ledger.jsonl'])
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines).toEqual(await exportedLedger(companion))
    // Each head stands right behind the entry that it signs.
    expect(JSON.parse(lines[signed] ?? '')).toMatchObject({ head: { document: { head: { seq: signed } } } })

    await symlink(file, join(out, 'link'))
    for (const odd of [join(companion.home, 'countersign.db'), join(out, 'link'), out, join(out, 'nowhere', 'x')]) {
      const refused = await companion.run(['ledger', 'export', '--out', odd, '--json'])
      expect({ code: refused.code, error: refusal.parse(JSON.parse(refused.stdout)).error.code }).toEqual({
        code: 1,
        error: 'file_unsafe',
      })
    }
  })
})

test('a newest entry that is damaged keeps the companion from starting, and can be looked at all the same', async () => {
  await copyState(folder.path, companion.home)
  await meddle(companion, `update ledger set kind = 'gossip' where seq = (select max(seq) from ledger)`)
  const start = await companion.run(['start', '--json'])
  expect(refusal.parse(JSON.parse(start.stdout)).error).toMatchObject({
    code: 'ledger_damaged',
    next: 'Run `countersign ledger verify`.',
  })
  const ran = await companion.run(['ledger', 'verify', '--json'])
  const { ok, fault, entries } = verdictIn(ran)
  expect({ ok, fault }).toEqual({ ok: false, fault: { what: 'altered', entry: entries } })
  expect((await exportedLedger(companion)).length).toBe(entries + 1)

  // There is a way out of it, and it leaves nothing to get.
  const reset = companion.begin(['pair', '--reset', '--json'])
  await reset.line(z.object({ code: z.string() }))
  reset.signal('SIGINT')
  await reset.ended
  expect(await statusOf(companion)).toMatchObject({ browsers: [], agents: 0, sessions: 0 })
  process.kill((await statusOf(companion)).companion.pid, 'SIGTERM')
  await until('it has ended', async () => (await companion.run(['status', '--json'])).code === 1)

  // Where nothing is wrong, it is the companion that is asked.
  await copyState(folder.path, companion.home)
  const asked = await companion.run(['ledger', 'verify', '--json'])
  expect(refusal.parse(JSON.parse(asked.stdout)).error.code).toBe('not_running')
})
