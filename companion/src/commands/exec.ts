import { constants } from 'node:os'
import { CountersignError } from '@countersign/shared/errors'
import { deferred } from '@countersign/shared/deferred'
import { z } from 'zod'
import { requireSessionVariable } from '../access/exits/session-variable.ts'
import { wipePrivate } from '../access/released/own-file.ts'
import { ask, lookingAtBrowser } from './ask.ts'
import { findProgram } from './find-program.ts'
import type { Narrowed } from './narrowing-options.ts'
import { type ProgramEnd, runProgram } from './run-program.ts'
import type { Terminal } from './terminal.ts'

const launched = z.looseObject({ launched: z.looseObject({ id: z.uuid(), path: z.string() }) })
const ended = z.object({ ended: z.string() })

type Exec = Narrowed & { readonly format: string; readonly command: readonly string[]; readonly variable: string }

/**
 * Asks the person in the browser; after her yes it runs the program, which finds a file with the session by a variable. The file goes
 * with the program, whichever of the three ends first: the companion wipes it when this command or the program has ended, and this
 * command when the program or the companion has. All that is said goes to stderr: the rest is the program's.
 */
export const exec = async (terminal: Terminal, { command, ...wish }: Exec): Promise<void> => {
  const [name, ...args] = command
  if (name === undefined) throw new CountersignError('command_failed')
  requireSessionVariable(wish.variable)
  const file = findProgram(name, terminal.machine)
  const copy = await openCopy(terminal, { command, ...wish })
  let end: ProgramEnd
  try {
    terminal.signal.throwIfAborted()
    end = await runProgram({ file, name, args }, { ...process.env, [wish.variable]: copy.path })
  } finally {
    await copy.close()
  }
  endAs(terminal, end)
}

/** The file, from her yes until it is closed. */
const openCopy = async (terminal: Terminal, params: Exec): Promise<{ path: string; close(): Promise<void> }> => {
  const begun = deferred<z.output<typeof launched>['launched']>()
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  terminal.signal.addEventListener('abort', leave, { once: true })
  const connection = ask(
    { ...terminal, signal: leaving.signal },
    {
      command: 'exec',
      params,
      result: ended,
      onEvent: (said) => begun.resolve(launched.parse(said).launched),
    },
  )
  connection.catch((thrown: unknown) => begun.reject(thrown))
  const { id, path } = await lookingAtBrowser(terminal, 'a program may have a session while it runs', begun.promise)
  // From here on the program decides when it is over, and not a signal to us.
  terminal.signal.removeEventListener('abort', leave)
  const wipe = () => wipePrivate(path, terminal.machine)
  process.once('exit', wipe)

  let closing = false
  const over = (why: string) => {
    wipe()
    if (!closing) terminal.remark(`The session's file is gone: ${why}. The program runs on without it.`)
  }
  connection.then(
    ({ ended: why }) => over(reasons[why] ?? 'it was ended'),
    () => over('the companion has stopped'),
  )
  return {
    path,
    close: async () => {
      closing = true
      const patience = { ...terminal, signal: AbortSignal.timeout(companionPatience) }
      // Where it does not answer, it has gone, and what it left is ours to wipe.
      await ask(patience, { command: 'exec.ended', params: { id }, result: z.unknown() }).catch(() => undefined)
      leave()
      wipe()
      process.off('exit', wipe)
    },
  }
}

/** Milliseconds. */
const companionPatience = 3000

const reasons: Readonly<Record<string, string>> = {
  time: 'it has lain there for a day',
  paused: 'all agents were paused',
  alarm: 'an alarm stands',
  unpaired: 'a browser was unpaired',
  reset: 'Countersign was reset',
  policy: 'the policy forbids it now',
  forgotten: 'the session was forgotten',
  stopped: 'the companion has stopped',
}

/** As the program: who waits for us is to see what became of it. */
const endAs = (terminal: Terminal, end: ProgramEnd): void => {
  if ('code' in end) return terminal.endsWith(end.code)
  terminal.endsWith(128 + constants.signals[end.signal])
  if (end.signal !== 'SIGINT' && end.signal !== 'SIGTERM' && end.signal !== 'SIGHUP') return
  process.removeAllListeners(end.signal)
  process.kill(process.pid, end.signal)
}
