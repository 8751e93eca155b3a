import { asCountersignError, CountersignError } from '@countersign/shared/errors'
import { toldToPerson } from '@countersign/shared/told-to-person'
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
  /** For what is no part of the answer. */
  remark(text: string): void
}

const stopped = new CountersignError('cancelled', { message: 'Stopped.', next: 'Run it again when you need it.' })

/** Runs a command, and tells how it failed: in one line for the person, and as JSON for a program. Gives the exit code. */
export const inTerminal = async (
  { machine, cli, json }: Pick<Terminal, 'machine' | 'cli' | 'json'>,
  act: (terminal: Terminal) => Promise<void>,
): Promise<number> => {
  const interrupted = new AbortController()
  const stop = () => interrupted.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  const remark = (text: string) => void process.stderr.write(`${text}\n`)
  try {
    await act({ machine, cli, json, signal: interrupted.signal, say, remark })
    return 0
  } catch (thrown) {
    const { code, message, next } = interrupted.signal.aborted ? stopped : asCountersignError(thrown)
    remark(toldToPerson({ code, reason: message, next }).replaceAll('\n', ' '))
    if (json) say(JSON.stringify({ error: { code, reason: message, next } }))
    return 1
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
