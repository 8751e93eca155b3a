import { spawn, type ChildProcess } from 'node:child_process'
import type { z } from 'zod'
import { atTheEnd } from './at-the-end.ts'
import { until, within } from './until.ts'

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A process that a story has started: all that it printed, and its end. */
export type Program = AsyncDisposable & {
  readonly pid: number
  readonly ended: Promise<Ended>
  stdout(): string
  stderr(): string
  /** The first line on stdout that is JSON of this shape, waiting for it; fails early when the program ends without one. */
  line<T>(shape: z.ZodType<T>, seconds?: number): Promise<T>
  signal(name: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL when that is not heeded within five seconds. */
  close(): Promise<Ended>
}

const running = new Set<ChildProcess>()
atTheEnd(() => running.forEach((child) => child.kill('SIGKILL')))

export type ProgramOptions = {
  input?: string | undefined
  /** Another user than the one who runs the story, by number; only root may start such a program. */
  user?: number | undefined
}

export function startProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { input, user }: ProgramOptions = {},
): Program {
  const as = user === undefined ? {} : { uid: user, gid: user }
  const child = spawn(file, args, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], ...as })
  running.add(child)
  child.stdin?.end(input)
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  let over: Ended | undefined
  const ended = new Promise<Ended>((resolve) => {
    const end = (how: Ended): void => {
      running.delete(child)
      over = how
      resolve(how)
    }
    child.once('close', (code, signal) => end({ code, signal }))
    child.once('error', (error) => {
      stderr += String(error)
      end({ code: null, signal: null })
    })
  })

  const close = async (): Promise<Ended> => {
    if (over !== undefined) return over
    child.kill('SIGTERM')
    try {
      return await within(5, `the end of ${args.join(' ')}`, ended)
    } catch {
      child.kill('SIGKILL')
      return ended
    }
  }

  return {
    pid: child.pid ?? -1,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => void child.kill(name),
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
    async line(shape, seconds = 20) {
      const found = await until(
        `"${args.join(' ')}" prints the line that is waited for`,
        () => {
          for (const line of stdout.split('\n')) {
            const parsed = shape.safeParse(parseJson(line))
            if (parsed.success) return { line: parsed.data }
          }
          return over === undefined ? undefined : { over }
        },
        { seconds },
      )
      if ('line' in found) return found.line
      throw new Error(`"${args.join(' ')}" ended (${found.over.code}) without that line.\n${stdout}\n${stderr}`)
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
