import { CountersignError } from '@countersign/shared/errors'
import type { z } from 'zod'
import { claimCaller } from '../control/claim.ts'
import { callCompanion, type Call } from '../control/client.ts'
import { dialCompanion } from '../control/dial.ts'
import { reachCompanion } from '../control/launch.ts'
import type { Terminal } from './terminal.ts'

type Question<R extends z.ZodType> = Pick<Call<R>, 'command' | 'params' | 'result' | 'onEvent'>

/** Asks the companion that runs; throws `not_running` when there is none. */
export const ask = async <R extends z.ZodType>(terminal: Terminal, question: Question<R>): Promise<z.output<R>> => {
  const socket = await dialCompanion(terminal.machine)
  if (socket === undefined) throw new CountersignError('not_running')
  return callCompanion(socket, { ...question, claim: await claim(terminal), signal: terminal.signal })
}

/** Asks the companion, and starts one in the background when there is none. */
export const askStarting = async <R extends z.ZodType>(
  terminal: Terminal,
  question: Question<R>,
): Promise<z.output<R>> => {
  const { machine, cli, signal } = terminal
  const socket = await reachCompanion(machine, cli, signal)
  return callCompanion(socket, { ...question, claim: await claim(terminal), signal })
}

/** Says where to look when the answer is not there at once, since then it is the person's to give. */
export const lookingAtBrowser = async <T>(terminal: Terminal, why: string, answer: Promise<T>): Promise<T> => {
  const timer = setTimeout(() => {
    if (!terminal.json) terminal.remark(`Look at the browser: it asks whether ${why}.`)
  }, 500)
  try {
    return await answer
  } finally {
    clearTimeout(timer)
  }
}

const claim = ({ machine }: Terminal) => claimCaller(machine, process.ppid, process.cwd())
