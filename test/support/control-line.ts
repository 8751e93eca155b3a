import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Socket } from 'node:net'
import type { z } from 'zod'
import type { Companion } from './companion.ts'
import { closeOf, dial } from './raw-socket.ts'
import { within } from './until.ts'

/** A program's connection to the companion's control socket: lines of text in, lines of text out. */
export type ControlLine = AsyncDisposable & {
  readonly socket: Socket
  say(text: string): void
  /** The next line that it says; undefined when it has hung up. */
  next(seconds?: number): Promise<string | undefined>
}

export async function openControlLine(companion: Companion): Promise<ControlLine> {
  const socket = await dial(join(companion.home, 'control.sock'))
  const lines = createInterface({ input: socket })
  const heard: string[] = []
  let hungUp = false
  let news: () => void = () => undefined
  lines.on('line', (line) => {
    heard.push(line)
    news()
  })
  // Also when it broke off, which readline does not tell of.
  const ends = (): void => {
    hungUp = true
    news()
  }
  lines.once('close', ends)
  socket.once('close', ends)
  lines.on('error', () => undefined)
  return {
    socket,
    say: (text) => void socket.write(`${text}\n`),
    async next(seconds = 10) {
      if (heard.length === 0 && !hungUp) {
        const coming = new Promise<void>((resolve) => {
          news = resolve
        })
        await within(seconds, 'the next line of the control socket', coming)
      }
      return heard.shift()
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await closeOf(socket)
    },
  }
}

/** Asks as one of its commands does, without a program of its own. */
export async function askCompanion<T>(
  companion: Companion,
  command: string,
  params: unknown,
  answer: z.ZodType<{ done: T }>,
): Promise<T> {
  await using line = await openControlLine(companion)
  line.say(firstLine(command, params))
  const said = await line.next()
  return answer.parse(JSON.parse(said ?? 'null')).done
}

const claim = { program: 'a story', parent: 'a test', pid: 1, folder: '/' }

/** What a command says first. */
export const firstLine = (command: string, params: unknown): string => JSON.stringify({ command, params, claim })
