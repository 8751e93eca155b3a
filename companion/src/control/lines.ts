import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** The longest line that is taken, in bytes: of a companion, which answers with what other servers gave it, too. */
export const longestLine = 16 * 1024 * 1024
/** The longest of an agent. A session never travels here; the longest are a call's arguments. */
export const longestOfAgent = 4 * 1024 * 1024
/** The longest of somebody who has shown no token: a command, or a token. */
export const longestFirstLine = 64 * 1024

export class LineTooLong extends Error {}

const newline = 0x0a

/**
 * The lines of a stream, each without its end; what follows the last newline is no line, and is what it returns. Reads only as
 * fast as it is asked for lines, so a slow reader slows the writer. Throws `LineTooLong`.
 *
 * @param limit in bytes; asked anew each time, since who has shown a token may say more
 * @param hold is told how many bytes more, or fewer, are kept of a line that has not ended; false when that is too much
 */
export async function* readLines(
  stream: Readable,
  limit = () => longestLine,
  hold: (bytes: number) => boolean = () => true,
): AsyncGenerator<string, string> {
  let parts: Buffer[] = []
  let size = 0
  const keep = (bytes: number) => {
    const more = bytes - size
    size = bytes
    if (!hold(more) || size > limit()) throw new LineTooLong()
  }
  const chunks: AsyncIterable<Buffer> = stream
  try {
    for await (const chunk of chunks) {
      let from = 0
      for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
        if (size + to - from > limit()) throw new LineTooLong()
        // Decoded only when whole: a chunk may end in the middle of a character.
        yield Buffer.concat([...parts, chunk.subarray(from, to)]).toString('utf8')
        parts = []
        keep(0)
        from = to + 1
      }
      if (from < chunk.length) parts.push(chunk.subarray(from))
      keep(size + chunk.length - from)
    }
  } finally {
    hold(-size)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The same lines, for whom it makes no difference whether the other end hung up or broke off. */
export async function* untilGone(lines: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* lines
  } catch {
    // However it ended, there is nobody left to read from.
  }
}

/** Settles when the stream can take more. What is said to a stream that has gone is lost, as it would be on its way. */
export const writeLine = async (stream: Writable, line: string): Promise<void> => {
  if (stream.destroyed || stream.writableEnded) return
  if (stream.write(`${line}\n`)) return
  const settled = new AbortController()
  try {
    await Promise.race([
      once(stream, 'drain', { signal: settled.signal }),
      once(stream, 'close', { signal: settled.signal }),
    ])
  } catch {
    // The stream failed; whoever reads from it hears of that.
  } finally {
    settled.abort()
  }
}
