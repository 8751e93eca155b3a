import type { Socket } from 'node:net'
import { CountersignError, isErrorCode } from '@countersign/shared/errors'
import type { z } from 'zod'
import { readLines, untilGone, writeLine } from './lines.ts'
import { commandLine, type Claim } from './messages.ts'
import { parsedJson } from './without-zod.ts'

export type Call<R extends z.ZodType> = {
  readonly command: string
  readonly params: unknown
  readonly claim: Claim
  /** What the command ends with. */
  readonly result: R
  readonly signal: AbortSignal
  onEvent?(said: unknown): void
}

/** Runs one command in the companion; aborting ends it there. Throws what the companion refused with. */
export const callCompanion = async <R extends z.ZodType>(socket: Socket, call: Call<R>): Promise<z.output<R>> => {
  const leave = () => socket.destroy()
  call.signal.addEventListener('abort', leave)
  try {
    call.signal.throwIfAborted()
    await writeLine(socket, JSON.stringify({ command: call.command, params: call.params, claim: call.claim }))
    for await (const line of untilGone(readLines(socket))) {
      const said = parsed(commandLine, parsedJson(line))
      if ('event' in said) call.onEvent?.(said.event)
      else if ('done' in said) return parsed(call.result, said.done)
      else throw refused(said.error)
    }
  } finally {
    call.signal.removeEventListener('abort', leave)
    socket.destroy()
  }
  if (call.signal.aborted) throw new CountersignError('cancelled')
  throw new CountersignError('peer_closed', { message: 'The companion stopped before it was done.' })
}

// An older or newer companion may still run.
const parsed = <T extends z.ZodType>(shape: T, said: unknown): z.output<T> => {
  const result = shape.safeParse(said)
  if (result.success) return result.data
  const next = 'Stop the companion that runs, and start it again.'
  throw new CountersignError('frame_malformed', { next, cause: result.error })
}

const refused = ({ code, reason, next }: { code: string; reason: string; next: string }): CountersignError =>
  new CountersignError(isErrorCode(code) ? code : 'internal', { message: reason, next })
