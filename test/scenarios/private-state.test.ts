import { chmod, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectAgent } from '../support/agent.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportOverWire } from '../support/export-over-wire.ts'
import { everythingIn } from '../support/files.ts'
import { meddle } from '../support/meddle.ts'
import { beginPairing, refusal } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { watchTraces, type Watch } from '../support/traces.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'
import { openWorld, type World } from '../support/world.ts'

// What lies on the disk is this user's alone, sealed, and of no use when it was changed.

const account = 'example-freelancer'
const onWindows = process.platform === 'win32'

describe.skipIf(onWindows)('after a day’s use', () => {
  const usual = process.umask()
  const watches: Watch[] = []
  let world: World
  let token: string
  beforeAll(async () => {
    // Whoever is generous with new files elsewhere is not so here.
    process.umask(0)
    world = await openWorld()
    const { companion, extension, tab } = world
    await world.signIn(account)
    await using pairing = await beginPairing(companion)
    watches.push(watchTraces(pairing.code.slice(pairing.code.indexOf('.') + 1), []))
    await using popup = await extension.openPopup(tab)
    await popup.fill('Pairing code', pairing.code)
    await popup.press('Pair')
    await pairing.paired()
    await popup.press('Save session')
    await popup.says('status', 'Saved')
    await popup.close()

    token = await world.grant('Job scout')
    const key = await readFile(join(companion.home, 'vault.key'))
    watches.push(...[token, key.toString('hex'), key.toString('base64url')].map((word) => watchTraces(word, [])))
    await using agent = await connectAgent(companion, token)
    await agent.call('session_status')
    await companion.run(['mcp', '--agent', 'Job scout'], { input: '' })
    await companion.stop()
    await companion.start()
  })
  afterAll(async () => {
    process.umask(usual)
    await Promise.all(watches.map((watch) => watch.stop()))
    await world.close()
  })

  test('the folder and all folders in it are 0700, every file and the socket 0600', async () => {
    const found = await everythingIn(world.companion.home)
    const names = found.map(({ path }) => path.slice(world.companion.home.length))
    for (const name of [
      '/countersign.db',
      '/countersign.db-wal',
      '/vault.key',
      '/control.sock',
      '/agents/Job scout.token',
    ]) {
      expect(names).toContain(name)
    }
    const wrong = found.filter(({ kind, mode }) => mode !== (kind === 'folder' ? '700' : '600'))
    expect(wrong).toEqual([])
  })

  test('no key, token or pairing code was in any program’s argv', () => {
    expect(watches.length).toBe(4)
    for (const watch of watches) {
      expect(watch.rounds()).toBeGreaterThan(3)
      expect(watch.seen()).toEqual([])
    }
  })

  test.skipIf(process.platform !== 'linux')(
    'without a keychain the status says that the key lies in a file',
    async () => {
      const nowhere = { COUNTERSIGN_KEYCHAIN: undefined, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }
      await using companion = await createCompanion(nowhere)
      await companion.start()
      expect((await statusOf(companion)).vault).toEqual({ key: 'file' })
      expect((await companion.run(['status'])).stdout).toContain(
        'its key is in a file that only you may read, as there was no keychain',
      )
      expect((await stat(join(companion.home, 'vault.key'))).size).toBe(32)
    },
  )

  test('a token file that others may read lets nobody in', async () => {
    const { companion } = world
    const file = join(companion.home, 'agents', 'Job scout.token')
    await chmod(file, 0o644)
    const relay = await companion.run(['mcp', '--agent', 'Job scout'], { input: '' })
    expect(relay).toMatchObject({ code: 1, stdout: '' })
    expect(relay.stderr).toContain(`chmod 600 '${file}'`)
    await chmod(file, 0o600)
    expect(await companion.run(['mcp', '--agent', 'Job scout'], { input: '' })).toMatchObject({ code: 0 })
  })

  test.each(['countersign.db', 'vault.key', 'instance.lock'])(
    '%s that others may read, or that is a link: the companion does not start',
    async (name) => {
      const { companion } = world
      await companion.stop()
      const file = join(companion.home, name)
      const code = async () => refusal.parse(JSON.parse((await companion.run(['start', '--json'])).stdout)).error.code

      await chmod(file, 0o640)
      expect(await code()).toBe('file_unsafe')
      await chmod(file, 0o600)
      await rename(file, `${file}.real`)
      await symlink(`${file}.real`, file)
      expect(await code()).toBe('file_unsafe')
      await rm(file)
      await rename(`${file}.real`, file)
      await companion.start()
      expect(await statusOf(companion)).toMatchObject({ sessions: 1, agents: 1 })
    },
  )

  test('an existing vault whose key is gone makes no new one, and is whole when the key is back', async () => {
    const { companion } = world
    await companion.stop()
    const file = join(companion.home, 'vault.key')
    const key = await readFile(file)
    await rm(file)
    const ran = await companion.run(['start', '--json'])
    expect(ran.code).toBe(1)
    expect(refusal.parse(JSON.parse(ran.stdout)).error.code).toBe('vault_key_missing')
    expect((await everythingIn(companion.home)).map(({ path }) => path)).not.toContain(file)

    await writeFile(file, key, { mode: 0o600 })
    await companion.start()
    expect(await statusOf(companion)).toMatchObject({ sessions: 1, agents: 1, vault: { key: 'file' } })
  })
})

describe('records of the vault that were changed behind its back', () => {
  let companion: Companion
  let browser: WireBrowser
  let line: Line
  const save = async (value: string) => (await line.save(sampleSession(account, value))).version
  beforeAll(async () => {
    companion = await createCompanion()
    await companion.start()
    browser = await createWireBrowser()
    await using pairing = await beginPairing(companion)
    line = await browser.pair(pairing.code)
    await line.hello()
    for (const value of ['value-1', 'value-2', 'value-3']) await save(value)
  })
  afterAll(() => companion.close())

  /** Ends the companion, changes its database, starts it again; gives what it tells the browser. */
  const changed = async (sql: string) => {
    await companion.stop()
    await meddle(companion, sql)
    await companion.start()
    line = await browser.connect(companion.port)
    return (await line.hello()).overview
  }
  /** What an export gives; it has to go through. */
  const given = async (): Promise<string | undefined> => {
    const { code, said, file } = await exportOverWire(companion, line)
    expect(code, said).toBe(0)
    return file
  }
  const versionsSwapped = (one: number, two: number) =>
    `update vault_records set version = -1 where version = ${one};
     update vault_records set version = ${one} where version = ${two};
     update vault_records set version = ${two} where version = -1;`

  test('swapped: both are set aside, an alarm says so, and the newest that opens is what there is', async () => {
    const overview = await changed(versionsSwapped(2, 3))
    expect(overview?.alarms).toMatchObject([{ code: 'vault_record_damaged' }])
    expect(overview?.accounts).toMatchObject([{ id: account, version: 1 }])
    expect((await companion.run(['status'])).stdout).toContain('2 saved sessions do not open, and were set aside.')
    expect(await given()).toContain('"value-1"')
  })

  test('put back where they were: what was set aside stays so', async () => {
    const overview = await changed(versionsSwapped(2, 3))
    expect(overview?.accounts).toMatchObject([{ version: 1 }])
  })

  test.each([
    ['its time', `saved_at = '2031-01-01T00:00:00.000Z'`],
    ['its account', `account = 'another'`],
    ['its key', `wrapped_key = zeroblob(length(wrapped_key))`],
    ['its summary', `summary = (select summary from vault_records where version = 1)`],
  ])('with %s changed: set aside; a new save is the newest, under a number of its own', async (_, change) => {
    const version = await save('the changed one')
    const overview = await changed(`update vault_records set ${change} where version = ${version}`)
    expect(overview?.alarms).toMatchObject([{ code: 'vault_record_damaged' }])
    expect(overview?.accounts.map((saved) => saved.version)).not.toContain(version)

    expect(await save('the next one')).toBeGreaterThan(version - 1)
    expect(await given()).toContain('"the next one"')
  })

  const valuesOf = (from: number, into: number) =>
    `update vault_records set session = (select session from vault_records where version = ${from})
     where version = ${into}`

  test('whose values are another record’s, while the companion runs: it is named at the export, which gives nothing; then the one before it is given', async () => {
    const before = await save('the good one')
    const version = await save('the changed one')
    // The companion has opened it, and has no reason to do so again before it is let out.
    await until('it has its mark', async () => {
      const newest = (await line.hello()).overview?.accounts[0]
      return newest?.version === version && newest.mark !== null
    })
    await meddle(companion, valuesOf(before, version))
    const { code, said, file } = await exportOverWire(companion, line)
    expect({ code, file }).toEqual({ code: 1, file: undefined })
    expect(said).toContain('"code":"vault_record_damaged"')

    expect(await given()).toContain('"the good one"')
  })

  test('whose values are another record’s, at the next start: set aside by itself, an alarm says so, and the one before it is given', async () => {
    const before = await save('the good one')
    const version = await save('the changed one')
    await changed(valuesOf(before, version))
    await until('it counts no longer', async () => (await line.hello()).overview?.accounts[0]?.version === before)
    expect((await statusOf(companion)).alarms).toContain('vault_record_damaged')
    expect(await given()).toContain('"the good one"')
  })
})
