import { appendFileSync, closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CountersignError } from '@countersign/shared/errors'
import { diskError } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'
import { openStateFolder } from '../state-folder.ts'
import { dialCompanion } from './dial.ts'
import { errorIn, parsedJson } from './without-zod.ts'

/** How long a companion may take until it answers, in milliseconds. */
const patience = 10_000
const logLimit = 1024 * 1024

/**
 * A connection to the companion, which is started in the background when none runs. Throws when it doesn't come up, with
 * what it said itself. Several at once are fine: one of theirs runs, and the others find it.
 */
export const reachCompanion = async (machine: Machine, cli: string, signal: AbortSignal): Promise<Socket> => {
  const running = await dialCompanion(machine)
  if (running !== undefined) return running

  const folder = openStateFolder(machine)
  const log = join(folder.path, 'companion.log')
  const companion = await launch(cli, log, machine)
  const deadline = performance.now() + patience
  while (performance.now() < deadline) {
    await sleep(25, undefined, { signal })
    const socket = await dialCompanion(machine)
    if (socket !== undefined) return socket
    const failure = companion.failed()
    if (failure !== undefined) throw failure
  }
  throw new CountersignError('not_running', {
    message: 'The companion did not start within 10 seconds.',
    next: `Look at ${log}, or run \`countersign start\`.`,
  })
}

const launch = async (cli: string, log: string, machine: Machine) => {
  // Loaded only here, since a relay nearly always finds a companion that runs.
  const { spawn } = await import('node:child_process')
  const { descriptor, from } = openLog(log, machine)
  try {
    // `detached`: it must outlive the terminal, and the MCP client that ends its servers by process group.
    const child = spawn(process.execPath, [cli, 'start', '--json'], {
      detached: true,
      windowsHide: true,
      stdio: ['ignore', descriptor, descriptor],
      cwd: dirname(log),
      env: environment(machine),
    })
    let ended: { code: number | null } | undefined
    child.once('exit', (code) => {
      ended = { code }
    })
    child.once('error', () => {
      ended = { code: null }
    })
    child.unref()
    return {
      /** Its own last words when it gave up; a second one that found a first gives up with 0. */
      failed: () => (ended === undefined || ended.code === 0 ? undefined : lastWords(log, from)),
    }
  } finally {
    closeSync(descriptor)
  }
}

// An agent's token is none of the companion's business. And an MCP client hands its servers hardly any environment, so the
// way to the keychain is put back where systemd keeps it.
const environment = ({ env, platform, uid }: Machine): NodeJS.ProcessEnv => {
  const { COUNTERSIGN_TOKEN: _, ...rest } = env
  const runtime = `/run/user/${uid}`
  if (platform !== 'linux' || !existsSync(`${runtime}/bus`)) return rest
  return { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`, ...rest }
}

const openLog = (path: string, machine: Machine) => {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size
    if (size !== undefined) requirePrivate(path, 'file', machine)
    const full = (size ?? 0) > logLimit
    return { descriptor: openSync(path, full ? 'w' : 'a', 0o600), from: full ? 0 : (size ?? 0) }
  } catch (thrown) {
    throw thrown instanceof CountersignError ? thrown : diskError(thrown, path)
  }
}

const lastWords = (log: string, from: number): CountersignError => {
  const lines = readFileSync(log).subarray(from).toString('utf8').trimEnd().split('\n')
  if (lines.join('') === '') requireRoom(log)
  const refused = lines.map((line) => errorIn(parsedJson(line))).findLast((found) => found !== undefined)
  const next = `Look at ${log}, or run \`countersign start\`.`
  return refused ?? new CountersignError('not_running', { message: 'The companion did not start.', next })
}

/** Throws when that is why there are no last words. */
const requireRoom = (log: string): void => {
  try {
    appendFileSync(log, '\n')
  } catch (thrown) {
    throw diskError(thrown, log)
  }
}
