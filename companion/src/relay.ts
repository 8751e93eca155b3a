import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { asCountersignError, refusalOf } from '@countersign/shared/errors'
import { reachCompanion } from './control/launch.ts'
import { LineTooLong, longestOfAgent, readLines, writeLine } from './control/lines.ts'
import type { Machine } from './machine.ts'
import { createConversation, refuseLine } from './relay/conversation.ts'
import { openLink, type Link } from './relay/link.ts'
import { readToken } from './relay/token.ts'

export type RelayOptions = {
  /** Whose token file to take; without it the token comes from the environment. */
  readonly agent: string | undefined
  /** The program that starts a companion when none runs. */
  readonly cli: string
  readonly machine: Machine
  readonly stdin: Readable
  readonly stdout: Writable
  /** One line for the person, who finds it in the client's log. */
  complain(line: string): void
}

/** Milliseconds that a client that closed its end without waiting still gets its answers in: a script with a pipe. */
const grace = 500

/**
 * Passes an MCP client's lines on stdio to the companion and back, unaltered, and outlives companions: when one is lost, what
 * was asked is answered with `companion_restarted`, and the next line of the client finds or starts another one. Gives the
 * exit code. Loads node: modules only, so that it is there at once.
 */
export const relay = async ({ agent, cli, machine, stdin, stdout, complain }: RelayOptions): Promise<number> => {
  const conversation = createConversation()
  const ends = new AbortController()
  let link: Link | undefined
  let connecting: Promise<void> | undefined
  stdout.on('error', () => {
    // The client is gone, whatever its other end says.
    ends.abort()
    stdin.destroy()
  })

  const connect = async (token: string): Promise<void> => {
    const fresh = await openLink(await reachCompanion(machine, cli, ends.signal), token)
    link = fresh
    for (const line of conversation.introduction()) void fresh.send(line)
    // What can't be mended there ends the loop over stdin, too.
    pump(fresh, token).catch((thrown: unknown) => stdin.destroy(asCountersignError(thrown)))
  }
  const connected = (token: string): Promise<void> =>
    (connecting ??= connect(token).finally(() => {
      connecting = undefined
    }))

  const pump = async (from: Link, token: string): Promise<void> => {
    for await (const line of from.lines()) {
      if (conversation.answered(line)) await writeLine(stdout, line)
    }
    link = undefined
    if (ends.signal.aborted) return
    for (const line of conversation.lost()) await writeLine(stdout, line)
    // A client says nothing more before this answer, so another companion is asked for it at once.
    if (conversation.awaitsInitialize()) await connected(token)
  }

  const pass = async (line: string, token: string): Promise<void> => {
    const to = link
    if (to === undefined) {
      await connected(token)
      return pass(line, token)
    }
    // Heard and sent in one go: the loss of a link is dealt with either before both or after both.
    conversation.heard(line)
    await to.send(line)
  }

  try {
    const token = readToken(machine, agent)
    await connected(token)
    for await (const line of readLines(stdin, () => longestOfAgent)) {
      try {
        await pass(line, token)
      } catch (thrown) {
        for (const answer of refuseLine(line, refusalOf(thrown))) await writeLine(stdout, answer)
        if (asCountersignError(thrown).code === 'unauthorized') throw thrown
      }
    }
    for (const until = performance.now() + grace; !conversation.idle() && performance.now() < until;) await sleep(10)
    return 0
  } catch (thrown) {
    if (ends.signal.aborted) return 0
    complain(complaint(thrown))
    return 1
  } finally {
    ends.abort()
    link?.close()
    stdin.destroy()
  }
}

const complaint = (thrown: unknown): string => {
  if (thrown instanceof LineTooLong) return 'A line of the client is over 4 MiB. Send less at once.'
  const { message, next } = asCountersignError(thrown)
  return `${message} ${next}`
}
