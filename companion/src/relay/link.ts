import type { Socket } from 'node:net'
import { CountersignError } from '@countersign/shared/errors'
import { readLines, untilGone, writeLine } from '../control/lines.ts'
import { errorIn, parsedJson, recordOf } from '../control/without-zod.ts'

/** An agent's connection to the companion, its token accepted. */
export type Link = {
  send(line: string): Promise<void>
  /** Until the companion is gone. Never throws. */
  lines(): AsyncGenerator<string>
  close(): void
}

/** Milliseconds for the companion's word on the token. */
const patience = 5000

/** Shows the token; throws `unauthorized` when it is nobody's. */
export const openLink = async (socket: Socket, token: string): Promise<Link> => {
  const lines = readLines(socket)
  const timer = setTimeout(() => socket.destroy(), patience)
  try {
    await writeLine(socket, JSON.stringify({ mcp: { token } }))
    const first = await lines.next()
    if (first.done === true) throw new CountersignError('peer_closed')
    requireReady(first.value)
  } catch (thrown) {
    socket.destroy()
    throw thrown
  } finally {
    clearTimeout(timer)
  }
  return {
    send: (line) => writeLine(socket, line),
    lines: () => untilGone(lines),
    close: () => void socket.destroy(),
  }
}

const requireReady = (line: string): void => {
  const said = parsedJson(line)
  if (recordOf(said)['ready'] !== true) throw errorIn(said) ?? new CountersignError('frame_malformed')
}
