import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pairOverLine } from '../attack/pairing-line.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportedLedger, rowsIn } from '../support/ledger.ts'
import { leasesOf } from '../support/lease-over-wire.ts'
import type { Program } from '../support/program.ts'
import { sampleSession } from '../support/sample-session.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { tracesBelow } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'

// `countersign exec`: one program has the session for one run, and stands as if nobody stood before it.

const canary = 'canary-of-a-launch'
let companion: Companion
let browser: WireBrowser
let line: Line
let runtime: TemporaryFolder

beforeAll(async () => {
  runtime = await temporaryFolder('runtime')
  companion = await createCompanion({ XDG_RUNTIME_DIR: runtime.path })
  await companion.start()
  browser = await createWireBrowser()
  line = await pairOverLine(companion, browser)
  await line.save(sampleSession('example-freelancer', `${canary}.1`))
})
afterAll(async () => {
  await companion.close()
  await runtime.remove()
})

/** Tells what it was given; ends with 9 at SIGTERM, and with 5 at SIGUSR2, once it has read its file again. */
const program = `
const { readFileSync, statSync } = require('node:fs')
const path = process.env.COUNTERSIGN_SESSION ?? process.env.STATE
const read = () => { try { return readFileSync(path, 'utf8') } catch { return '' } }
const tell = (more) => process.stdout.write(JSON.stringify({ path, holds: read().includes('master_access_token'), ...more }) + '\\n')
const [how, ...args] = process.argv.slice(1)
tell({ mode: statSync(path).mode & 0o777, pid: process.pid, args })
if (how === 'end') process.exit(7)
process.on('SIGTERM', () => { tell(); process.exit(9) })
process.on('SIGUSR2', () => { tell(); process.exit(5) })
setInterval(() => undefined, 1000)
`
const told = z.object({ path: z.string(), holds: z.boolean(), mode: z.int(), pid: z.int(), args: z.array(z.string()) })

/** Begins a launch, with her yes. */
async function launch(args: readonly string[], options: readonly string[] = []): Promise<Program> {
  const command = companion.begin(['exec', ...options, '--', 'node', '-e', program, ...args])
  await line.approve('exec')
  return command
}
const isGone = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) === undefined
const whyEnded = async (path: string): Promise<unknown> =>
  rowsIn(await exportedLedger(companion)).find(
    ({ kind, details }) => kind === 'release_ended' && details['destination'] === path,
  )?.details['why']

describe('a launched program', () => {
  test('finds the session where the variable says, and its output and its code are all that comes of the command', async () => {
    const words = ['end', 'two words', '$HOME', "it's", '--for']
    await using command = companion.begin(['exec', '--', 'node', '-e', program, ...words])
    const { subject } = await line.asked('exec')
    expect(subject).toMatchObject({ way: { kind: 'launch', variable: 'COUNTERSIGN_SESSION' }, format: 'playwright' })
    const shown = subject.kind === 'release' && subject.way.kind === 'launch' ? subject.way.command : ''
    expect(shown).toContain(`' end 'two words' '$HOME' 'it'\\''s' --for`)
    await line.approve('exec')
    expect(await command.ended).toEqual({ code: 7, signal: null })
    const said = told.parse(JSON.parse(command.stdout()))
    expect(said).toMatchObject({ holds: true, mode: 0o600, args: words.slice(1) })
    expect(said.path.startsWith(join(runtime.path, 'countersign'))).toBe(true)
    expect(command.stdout().trimEnd().split('\n')).toHaveLength(1)
    expect([await isGone(said.path), await whyEnded(said.path)]).toEqual([true, 'program'])

    const copying = companion.run(['exec', '--', 'cat'], { input: 'to the program' })
    await line.approve('exec')
    expect(await copying).toEqual({ code: 0, stdout: 'to the program', stderr: '' })
  })

  test('hears a signal that was meant for it, with its file still there', async () => {
    await using command = await launch(['stay'], ['--as', 'STATE'])
    const { path, holds } = await command.line(told)
    expect(holds).toBe(true)
    expect((await leasesOf(companion)).released).toMatchObject([{ kind: 'launch', path }])
    command.signal('SIGTERM')
    expect(await command.ended).toEqual({ code: 9, signal: null })
    expect(command.stdout().match(/"holds":true/g)).toHaveLength(2)
    expect([await isGone(path), await whyEnded(path)]).toEqual([true, 'program'])
  })

  test('that was ended by a signal ends the command as that would', async () => {
    for (const [signal, ending] of [
      ['SIGINT', { code: null, signal: 'SIGINT' }],
      ['SIGKILL', { code: 137, signal: null }],
    ] as const) {
      await using command = await launch(['stay'])
      const { path, pid } = await command.line(told)
      process.kill(pid, signal)
      expect(await command.ended).toEqual(ending)
      expect(await isGone(path)).toBe(true)
    }
  })

  test('has the newest session, loses it at “Pause all agents”, and runs on', async () => {
    await using command = await launch(['stay'])
    const { path } = await command.line(told)
    await line.save(sampleSession('example-freelancer', `${canary}.newer`))
    expect(await readFile(path, 'utf8')).toContain(`${canary}.newer`)
    await line.pause()
    await until('the file is gone', () => isGone(path), { seconds: 1 })
    await until('the command says why', () => command.stderr().includes('all agents were paused'))
    command.signal('SIGUSR2')
    expect(await command.ended).toEqual({ code: 5, signal: null })
    expect(command.stdout()).toContain('"holds":false')
    expect(await whyEnded(path)).toBe('paused')
    await line.resume()
  })

  test('leaves nothing when its command is killed', async () => {
    await using command = await launch(['stay'])
    const { path, pid } = await command.line(told)
    command.signal('SIGKILL')
    await until('the file is gone', () => isGone(path), { seconds: 1 })
    expect(await whyEnded(path)).toBe('command')
    process.kill(pid, 'SIGKILL')
  })

  test('leaves nothing when the companion is killed, which tells of it at its next start', async () => {
    await using command = await launch(['stay'])
    const { path } = await command.line(told)
    await companion.kill()
    await until('the file is gone', () => isGone(path), { seconds: 1 })
    command.signal('SIGTERM')
    expect(await command.ended).toEqual({ code: 9, signal: null })
    await companion.start()
    line = await browser.connect(companion.port)
    await line.hello()
    expect(await whyEnded(path)).toBe('killed')
    expect((await leasesOf(companion)).released).toEqual([])
  })

  test('that there is not, and a variable that steers programs, are refused unasked', async () => {
    const missing = await companion.run(['exec', '--', 'no-such-program-anywhere'])
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    expect(missing.stderr).toContain('There is no program no-such-program-anywhere.')
    for (const name of ['BASH_ENV', 'LD_PRELOAD', 'PATH', 'no name']) {
      const { code, stdout } = await companion.run(['exec', '--as', name, '--', 'node', '--version'])
      expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' })
    }
    expect(line.shown()).toEqual([])
  })

  test('of all that, no value lies anywhere', async () => {
    for (const place of [runtime.path, companion.home]) expect(await tracesBelow(place, canary)).toEqual([])
    expect(companion.printed()).not.toContain(canary)
  })
})
