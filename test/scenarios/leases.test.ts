import { link, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pairOverLine } from '../attack/pairing-line.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportedLedger, rowsIn } from '../support/ledger.ts'
import { leased, leaseOverWire, leasesOf, refusedLease } from '../support/lease-over-wire.ts'
import { policyOf, proposePolicy } from '../support/policy.ts'
import { sampleSession } from '../support/sample-session.ts'
import { statusOf } from '../support/status.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { tracesBelow } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'

// What was let out for a while is kept up to date where it lies, and is gone when its time is over, however that came.

const account = 'example-freelancer'
const canary = 'canary-of-a-lease'
const jumpingClock = new URL('../support/jumping-clock.mjs', import.meta.url).href

let companion: Companion
let browser: WireBrowser
let line: Line
let runtime: TemporaryFolder
let folder: TemporaryFolder
let out: string
let saves = 0

beforeAll(async () => {
  runtime = await temporaryFolder('runtime')
  companion = await createCompanion({
    XDG_RUNTIME_DIR: runtime.path,
    NODE_OPTIONS: `--import=${jumpingClock}`,
    JUMP_SECONDS: String(3 * 60 * 60),
  })
  await companion.start()
  browser = await createWireBrowser()
  line = await pairOverLine(companion, browser)
  await save()
})
afterAll(async () => {
  await companion.close()
  await runtime.remove()
})
beforeEach(async () => {
  folder = await temporaryFolder('out')
  out = join(folder.path, 'session.json')
  return () => folder.remove()
})

/** A session whose values are new. Gives its value. */
async function save(how: 'signed-in' | 'uncertain' = 'signed-in'): Promise<string> {
  const value = `${canary}.${(saves += 1)}`
  await line.save({ ...sampleSession(account, value), signIn: how })
  return value
}
async function comeBack(): Promise<void> {
  await companion.start()
  line = await browser.connect(companion.port)
  await line.hello()
}
const twoHours = (file = out) => leaseOverWire(companion, line, ['--for', '2h', file])
const isGone = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) === undefined
const whenGone = (path: string): Promise<true> => until(`${path} is gone`, () => isGone(path))
/** How its ends were entered, as `why` or `why code`. */
async function endsOf(id: string): Promise<readonly string[]> {
  const rows = rowsIn(await exportedLedger(companion))
  return rows.flatMap(({ kind, code, details }) =>
    kind === 'release_ended' && details['copy'] === id ? [`${String(details['why'])} ${code ?? ''}`.trim()] : [],
  )
}

describe('a lease', () => {
  test('is a file for her alone until the time that she read, listed, and wiped when somebody ends it', async () => {
    await using command = companion.begin(['lease', '--format', 'playwright', '--for', '2h', out, '--json'])
    const { subject } = await line.asked('lease')
    expect(await readdir(folder.path)).toEqual([])
    await line.approve('lease')
    await command.ended
    const told = leased.parse(JSON.parse(command.stdout()))
    expect(subject).toMatchObject({ kind: 'release', way: { kind: 'lease', path: out, until: told.until }, account })
    expect(Date.parse(told.until) - Date.now()).toBeGreaterThan(119 * 60_000)
    expect(await readFile(out, 'utf8')).toContain(canary)
    expect((await lstat(out)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder.path)).toEqual(['session.json'])

    expect(await statusOf(companion)).toMatchObject({ released: 1 })
    expect(await leasesOf(companion)).toMatchObject({ released: [{ id: told.id, path: out, until: told.until }] })
    const shown = await companion.run(['leases'])
    expect(shown.stdout).toMatch(new RegExp(`^${told.id.slice(0, 8)} +lease +${out} .*2 hours left`))
    const ended = await companion.run(['leases', 'end', told.id.slice(0, 8)])
    expect(ended).toMatchObject({ code: 0, stdout: `${out} is wiped.\n` })
    expect(await readdir(folder.path)).toEqual([])
    expect((await companion.run(['leases', 'end', told.id, '--json'])).stdout).toContain('no_such_lease')
    expect((await companion.run(['leases'])).stdout).toBe('Nothing is out of the vault.\n')
    expect(await endsOf(told.id)).toEqual(['ended'])
  })

  test('without a name lies in a private folder that a reboot empties', async () => {
    const { id, path } = await leaseOverWire(companion, line, ['--for', '1m'])
    expect(path).toBe(join(runtime.path, 'countersign', `${id}.json`))
    expect((await lstat(join(runtime.path, 'countersign'))).mode & 0o777).toBe(0o700)
    await companion.run(['leases', 'end', '--all'])
    expect(await isGone(path)).toBe(true)
  })

  test('of less than a minute or more than a day is refused, unasked', async () => {
    for (const time of ['59s', '25h'])
      expect(await refusedLease(companion, ['--for', time, out])).toBe('lease_too_long')
    expect((await companion.run(['lease', '--format', 'playwright', '--for', 'long', out])).code).toBe(2)
    expect(line.shown()).toEqual([])
  })

  test('holds the newest session as soon as it is saved, under no other name the old one, and no uncertain sign-in', async () => {
    const { id } = await twoHours()
    await link(out, join(folder.path, 'second-name'))
    const before = await lstat(out)
    const value = await save()
    expect(await readFile(out, 'utf8')).toContain(value)
    expect((await lstat(out)).ino).not.toBe(before.ino)
    expect(await readFile(join(folder.path, 'second-name'), 'utf8')).toBe('')
    await save('uncertain')
    expect(await readFile(out, 'utf8')).toContain(`"${value}"`)
    expect((await leasesOf(companion)).released).toMatchObject([{ id, version: saves - 1 }])

    const renewed = rowsIn(await exportedLedger(companion)).filter(({ details }) => details['renewed'] === true)
    expect(renewed).toMatchObject([
      { kind: 'release', asker: { kind: 'companion' }, details: { copy: id, destination: out } },
    ])
    await companion.run(['leases', 'end', id])
    expect(await tracesBelow(folder.path, canary)).toEqual([])
  })

  test('ends where a link or another file was put in its place: neither is written, followed or removed', async () => {
    const victim = join(folder.path, 'victim')
    await writeFile(victim, 'mine')
    const linked = await twoHours()
    await rename(out, join(folder.path, 'moved'))
    await symlink(victim, out)
    await save()
    expect(await endsOf(linked.id)).toEqual(['taken'])
    expect([await readFile(victim, 'utf8'), (await lstat(out)).isSymbolicLink()]).toEqual(['mine', true])

    await rm(out)
    const replaced = await twoHours()
    await rename(victim, out)
    expect((await companion.run(['leases', 'end', replaced.id])).stdout).toContain('was left as it is')
    expect(await readFile(out, 'utf8')).toBe('mine')
  })

  test('whose folder is gone is told of until it is wiped, and tried again', async () => {
    const inner = join(folder.path, 'inner')
    await mkdir(inner)
    const { id, path } = await twoHours(join(inner, 'session.json'))
    await rename(inner, join(folder.path, 'away'))
    await line.pause()
    expect((await leasesOf(companion)).leftBehind).toMatchObject([{ id, path }])
    expect(await statusOf(companion)).toMatchObject({ alarms: ['release_not_wiped'] })
    await rename(join(folder.path, 'away'), inner)
    await companion.run(['leases', 'end', id])
    expect(await statusOf(companion)).toMatchObject({ alarms: [] })
    expect(await tracesBelow(folder.path, canary)).toEqual([])
    expect(await endsOf(id)).toEqual(['paused disk_failed', 'paused'])
    await line.resume()
  })
})

describe('however it ends, nothing of a lease is left', () => {
  test('within a second of “Pause all agents”, and there is no new one before she resumes', async () => {
    const { id } = await twoHours()
    const began = performance.now()
    await line.pause()
    await whenGone(out)
    expect(performance.now() - began).toBeLessThan(1000)
    expect(await refusedLease(companion, ['--for', '2h', out])).toBe('paused')
    await line.resume()
    expect(await isGone(out)).toBe(true)
    expect(await endsOf(id)).toEqual(['paused'])
    expect((await leasesOf(companion)).released).toEqual([])
  })

  test('by her click in the popup', async () => {
    const { id } = await twoHours()
    await line.peer.request(companionMethods.endReleased, { id })
    expect(await isGone(out)).toBe(true)
    expect(await endsOf(id)).toEqual(['ended'])
  })

  test('when a clock has jumped past its time, and not again when it jumps back', async () => {
    const { id } = await twoHours()
    process.kill((await statusOf(companion)).companion.pid, 'SIGUSR2')
    await whenGone(out)
    expect(await endsOf(id)).toEqual(['time'])
    await companion.stop()
    await comeBack()
    expect(await isGone(out)).toBe(true)
    expect((await leasesOf(companion)).released).toEqual([])
  })

  test('when the companion stops, and when it was killed and starts again', async () => {
    const stopped = await twoHours()
    await companion.stop()
    expect(await isGone(out)).toBe(true)
    await comeBack()
    const killed = await twoHours()
    await companion.kill()
    expect(await isGone(out)).toBe(false)
    await comeBack()
    expect(await isGone(out)).toBe(true)
    expect([await endsOf(stopped.id), await endsOf(killed.id)]).toEqual([['stopped'], ['killed']])
    expect((await leasesOf(companion)).released).toEqual([])
  })

  test('and its values were nowhere but in that file', async () => {
    const { id } = await twoHours()
    const value = await save()
    expect(await tracesBelow(companion.home, value)).toEqual([])
    expect(companion.printed() + (await exportedLedger(companion)).join('\n')).not.toContain(canary)
    await companion.run(['leases', 'end', id])
    for (const place of [folder.path, runtime.path, companion.home])
      expect(await tracesBelow(place, canary)).toEqual([])
  })

  test('when the browser is unpaired', async () => {
    const { id } = await twoHours()
    const { browsers } = await statusOf(companion)
    await companion.run(['pair', 'remove', browsers[0]?.fingerprint ?? ''])
    expect(await isGone(out)).toBe(true)
    expect(await endsOf(id)).toEqual(['unpaired'])
  })
  test('when a policy comes into force that forbids it, and one that forbids other ways leaves it alone', async () => {
    browser = await createWireBrowser()
    line = await pairOverLine(companion, browser)
    await save()
    const { id } = await twoHours()
    const shipped = z.looseObject({ tools: z.looseObject({}) }).parse(JSON.parse((await policyOf(companion)).text))
    const inForce = async (rules: object): Promise<void> => {
      const text = await proposePolicy(companion, { ...shipped, tools: { ...shipped.tools, export: rules } })
      await until('it is in force', async () => (await policyOf(companion)).text === text)
    }
    const toFiles = [{ conditions: [{ path: 'args.way', op: 'eq', value: 'file' }] }]
    await inForce({ deny_if: toFiles })
    expect(await isGone(out)).toBe(false)
    await inForce({ deny_if: toFiles, action: 'deny' })
    expect(await isGone(out)).toBe(true)
    expect(await endsOf(id)).toEqual(['policy'])
    expect(await refusedLease(companion, ['--for', '2h', out])).toBe('policy_denied')
  })
})
