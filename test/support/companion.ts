import { chown } from 'node:fs/promises'
import { z } from 'zod'
import { freePort } from './free-port.ts'
import { builtCli } from './places.ts'
import { startProgram, type Ended, type Program } from './program.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { within } from './until.ts'

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A companion of a story's own: the built program, with a state folder and a port that nothing else uses. */
export type Companion = AsyncDisposable & {
  readonly home: string
  readonly port: number
  readonly env: NodeJS.ProcessEnv
  /** `countersign start --json`; resolves when it says that it is ready. */
  start(): Promise<Ready>
  /** SIGTERM, and its exit. */
  stop(): Promise<Ended>
  /** `kill -9`, and its exit. */
  kill(): Promise<Ended>
  /** Runs a command to its end. */
  run(args: readonly string[], options?: { env?: NodeJS.ProcessEnv; input?: string; seconds?: number }): Promise<Ran>
  /** Starts a command that waits for someone, such as `pair --json`. */
  begin(args: readonly string[], env?: NodeJS.ProcessEnv): Program
  /** All that every process of this companion has printed so far, for those who search it. */
  printed(): string
  /** What the companion itself has written to stderr since it was started: faults, and nothing else. */
  log(): string
  close(): Promise<void>
}

const ready = z.object({ url: z.string(), pid: z.int(), paired: z.boolean() })
export type Ready = z.output<typeof ready>

const status = z.object({ companion: z.object({ pid: z.int() }) })

/** @param user another user than the one who runs the story, by number, whose companion it is */
export async function createCompanion(extra: NodeJS.ProcessEnv = {}, user?: number): Promise<Companion> {
  const folder = await temporaryFolder('home')
  if (user !== undefined) await chown(folder.path, user, user)
  const port = await freePort()
  const env = { ...cleanEnvironment(), COUNTERSIGN_HOME: folder.path, COUNTERSIGN_PORT: String(port), ...extra }
  const programs: Program[] = []
  let main: Program | undefined

  const begin = (args: readonly string[], more: NodeJS.ProcessEnv = {}, input?: string): Program => {
    const program = startProgram(process.execPath, [builtCli, ...args], { ...env, ...more }, { input, user })
    programs.push(program)
    return program
  }

  const run: Companion['run'] = async (args, { env: more, input, seconds = 30 } = {}) => {
    await using program = begin(args, more, input)
    const { code } = await within(seconds, `the end of "countersign ${args.join(' ')}"`, program.ended)
    return { code, stdout: program.stdout(), stderr: program.stderr() }
  }

  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    if (main === undefined) throw new Error('This companion was not started.')
    main.signal(signal)
    return within(10, `the companion's end after ${signal}`, main.ended)
  }

  // `mcp`, `pair` and others start a companion that outlives them; it belongs to this home, so it ends with it.
  const endWhatCommandsStarted = async (): Promise<void> => {
    const { code, stdout } = await run(['status', '--json'])
    const found = code === 0 ? status.safeParse(JSON.parse(stdout)) : undefined
    if (found?.success === true) process.kill(found.data.companion.pid, 'SIGTERM')
  }

  const close = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.close()))
    await endWhatCommandsStarted().catch(() => undefined)
    await folder.remove()
  }

  return {
    home: folder.path,
    port,
    env,
    begin,
    run,
    printed: () => programs.map((program) => program.stdout() + program.stderr()).join('\n'),
    log: () => main?.stderr() ?? '',
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    close,
    [Symbol.asyncDispose]: close,
    start() {
      main = begin(['start', '--json'])
      return main.line(ready)
    },
  }
}

/** Ours without what would make a test depend on who runs it: the test runner, the desktop's keychain, a person's agent. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const left = new Set(['NODE_ENV', 'NODE_OPTIONS'])
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|COUNTERSIGN)/.test(name) && !left.has(name))
  return { ...Object.fromEntries(kept), COUNTERSIGN_KEYCHAIN: 'none' }
}
