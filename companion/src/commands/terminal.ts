import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { asCountersignError, CountersignError } from '@countersign/shared/errors'
import { toldToPerson } from '@countersign/shared/told-to-person'
import { writeLine } from '../control/lines.ts'
import type { Machine } from '../machine.ts'

/** Where a command runs, and where it says what it has to say. */
export type Terminal = {
  readonly machine: Machine
  /** This program, for whatever starts another of it. */
  readonly cli: string
  /** Answers are for a program: JSON, one value a line. */
  readonly json: boolean
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  say(text: string): void
  /** As `say`, for long answers: settles when the reader can take more. */
  write(line: string): Promise<void>
  /** For what is no part of the answer. */
  remark(text: string): void
  /** What the command looked at is bad: it has said so, and ends with 1. */
  bad(): void
  /** Ends with this code: that of a program that was run. */
  endsWith(code: number): void
}

const stopped = new CountersignError('cancelled', { message: 'Stopped.', next: 'Run it again when you need it.' })

/**
 * Runs a command, and tells how it failed: in one line for the person, and as JSON for a program. Gives the exit code.
 *
 * @param aside what is said goes to stderr, since stdout is for what is written, and for that alone
 */
export const inTerminal = async (
  { machine, cli, json, aside = false }: Pick<Terminal, 'machine' | 'cli' | 'json'> & { readonly aside?: boolean },
  act: (terminal: Terminal) => Promise<void>,
): Promise<number> => {
  const interrupted = new AbortController()
  const stop = () => interrupted.abort()
  let code = 0
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // Whoever read the answer has gone, such as `head`; without a listener that would end the process with a stack.
  let unheard = false
  process.stdout.on('error', () => {
    unheard = true
    stop()
  })
  const say = (text: string) => void (aside ? process.stderr : process.stdout).write(`${text}\n`)
  const remark = (text: string) => void process.stderr.write(`${text}\n`)
  const write = (line: string) => writeLine(process.stdout, line)
  const endsWith = (told: number) => {
    code = told
  }
  const bad = () => endsWith(1)
  try {
    await act({ machine, cli, json, signal: interrupted.signal, say, write, remark, bad, endsWith })
    return code
  } catch (thrown) {
    if (unheard) return 1
    const { code, message, next } = interrupted.signal.aborted ? stopped : asCountersignError(thrown)
    remark(harmlessText(toldToPerson({ code, reason: message, next }), 10_000).text)
    if (json) say(JSON.stringify({ error: { code, reason: message, next } }))
    return 1
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
