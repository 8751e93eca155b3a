import { spawn } from 'node:child_process'
import { CountersignError } from '@countersign/shared/errors'
import { isatty } from 'node:tty'

/** How a program ended: with a code, or by a signal. */
export type ProgramEnd = { readonly code: number } | { readonly signal: NodeJS.Signals }

/** What is passed on to it as it comes. */
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
/** What the terminal sends to us and to it alike; without a terminal somebody has sent it to us alone. */
const fromTerminal = ['SIGINT', 'SIGQUIT'] as const

/**
 * Runs a program as if it stood in the place of this one: with our terminal, our files and our signals. Throws `command_failed` when it
 * does not start.
 *
 * @param name as it was typed, which is what it sees as its own name
 */
export const runProgram = (
  { file, name, args }: { readonly file: string; readonly name: string; readonly args: readonly string[] },
  env: NodeJS.ProcessEnv,
): Promise<ProgramEnd> =>
  new Promise((end, fail) => {
    const child = spawn(file, args, { stdio: 'inherit', env, argv0: name })
    const pass = (signal: NodeJS.Signals) => void child.kill(signal)
    const inTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))
    // Ours to hear, so that we outlive the program, whoever else gets them.
    const leave = () => undefined
    for (const signal of passedOn) process.on(signal, pass)
    for (const signal of fromTerminal) process.on(signal, inTerminal ? leave : pass)
    const stop = () => {
      for (const signal of passedOn) process.off(signal, pass)
      for (const signal of fromTerminal) process.off(signal, inTerminal ? leave : pass)
    }
    child.once('error', (cause) => {
      // Such as a script without a first line; a signal that did not get through is no end.
      if (child.pid !== undefined) return
      stop()
      fail(new CountersignError('command_failed', { message: `${name} could not be started.`, cause }))
    })
    child.once('exit', (code, signal) => {
      stop()
      end(signal === null ? { code: code ?? 1 } : { signal })
    })
  })
