import type { z } from 'zod'
import { CountersignError } from '@countersign/shared/errors'
import type { Claim } from './messages.ts'

/** What a command may know and do while the companion runs it. */
export type CommandContext = {
  /** What the caller says of itself; to be shown as a claim. */
  readonly claim: Claim
  /** Aborted when the caller goes away, such as by Ctrl-C, and when the companion stops. */
  readonly signal: AbortSignal
  /** Tells the caller something before the end. */
  event(said: unknown): void
}

/** One command that the companion answers on its control socket. */
export type Handler = {
  readonly name: string
  run(params: unknown, context: CommandContext): Promise<unknown>
}

/** Binds a command's name and the schema of its parameters to what answers it. A refusal is thrown as a CountersignError. */
export const handler = <P extends z.ZodType>(command: {
  readonly name: string
  readonly params: P
  run(params: z.output<P>, context: CommandContext): Promise<unknown>
}): Handler => ({
  name: command.name,
  async run(raw, context) {
    const parsed = command.params.safeParse(raw)
    if (!parsed.success) throw new CountersignError('invalid_arguments', { cause: parsed.error })
    return command.run(parsed.data, context)
  },
})
