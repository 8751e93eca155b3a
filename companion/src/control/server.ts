import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { CountersignError, refusalOf } from '@countersign/shared/errors'
import type { Intake } from '../access/intake.ts'
import { diskError } from '../disk-error.ts'
import type { Handler } from './handler.ts'
import { longestFirstLine, longestOfAgent, readLines, writeLine } from './lines.ts'
import { firstLine, type FirstLine } from './messages.ts'

/** One agent's relay: raw MCP lines in and out, until either end goes. */
export type RelayConnection = {
  readonly token: string
  readonly lines: AsyncIterable<string>
  readonly signal: AbortSignal
  /** Says yes to the token; must come before the first line. What is kept of a line from then on counts there. */
  ready(intake: Intake): Promise<void>
  send(line: string): Promise<void>
}

export type ControlServerDeps = {
  readonly path: string
  readonly windows: boolean
  readonly handlers: readonly Handler[]
  /** Runs until the connection ends. Throws a CountersignError when the token is nobody's. */
  serveRelay(connection: RelayConnection): Promise<void>
  /** A fault of ours, for the log. */
  onFault(thrown: unknown): void
}

export type ControlServer = { close(): Promise<void> }

const mostConnections = 256
/** Milliseconds for the first line: who dials says at once what for. */
const firstLinePatience = 5000

/** Listens on the control socket. Only who holds the instance lock may call this: it takes a dead companion's place. */
export const listenForControl = async (deps: ControlServerDeps): Promise<ControlServer> => {
  const commands = new Map(deps.handlers.map((known) => [known.name, known]))
  const open = new Map<Socket, { readonly ends: AbortController; readonly served: Promise<void> }>()

  const server = createServer((socket) => {
    const ends = new AbortController()
    socket.on('error', () => ends.abort())
    socket.once('end', () => ends.abort())
    socket.once('close', () => {
      ends.abort()
      open.delete(socket)
    })
    const served = serve(deps, commands, socket, ends.signal)
      .catch(deps.onFault)
      .finally(() => socket.destroySoon())
    open.set(socket, { ends, served })
  })
  server.maxConnections = mostConnections

  await listen(server, deps)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const all = Promise.all([...open.values()].map(({ served }) => served))
      for (const { ends } of open.values()) ends.abort()
      // First they may say their last words; then they may at least let go of what is about to be closed under them.
      await Promise.race([all, timeout(200)])
      for (const socket of open.keys()) socket.destroy()
      await Promise.race([all, timeout(1000)])
      await closed
    },
  }
}

const serve = async (
  deps: ControlServerDeps,
  commands: ReadonlyMap<string, Handler>,
  socket: Socket,
  signal: AbortSignal,
): Promise<void> => {
  let longest = longestFirstLine
  let intake: Intake | undefined
  const lines = readLines(
    socket,
    () => longest,
    (bytes) => intake?.hold(bytes) ?? true,
  )
  const patience = setTimeout(() => socket.destroy(), firstLinePatience)
  const first = await lines.next().catch(() => undefined)
  clearTimeout(patience)
  if (first === undefined || first.done === true) return

  const send = (said: unknown) => writeLine(socket, JSON.stringify(said))
  try {
    const asked = parseFirstLine(first.value)
    if ('mcp' in asked) {
      const ready = (of: Intake) => {
        longest = longestOfAgent
        intake = of
        return send({ ready: true })
      }
      await deps.serveRelay({ token: asked.mcp.token, lines, signal, ready, send: (line) => writeLine(socket, line) })
      return
    }
    void readToEnd(lines)
    const known = commands.get(asked.command)
    if (known === undefined) throw new CountersignError('frame_malformed')
    const event = (said: unknown) => void send({ event: said })
    await send({ done: (await known.run(asked.params, { claim: asked.claim, signal, event })) ?? null })
  } catch (thrown) {
    if (!(thrown instanceof CountersignError) && !signal.aborted) deps.onFault(thrown)
    await send({ error: refusalOf(thrown) })
  }
}

// A caller says nothing more; reading on is what notices that it has gone.
const readToEnd = async (lines: AsyncGenerator<string>): Promise<void> => {
  try {
    while ((await lines.next()).done !== true);
  } catch {
    // The connection failed, which its own listener is told.
  }
}

const parseFirstLine = (line: string): FirstLine => {
  try {
    return firstLine.parse(JSON.parse(line))
  } catch (thrown) {
    throw new CountersignError('frame_malformed', { cause: thrown })
  }
}

const listen = (server: ReturnType<typeof createServer>, { path, windows }: ControlServerDeps): Promise<void> =>
  new Promise((resolve, reject) => {
    // What is there was left by a companion that was killed.
    if (!windows) rmSync(path, { force: true })
    server.once('error', (error) => reject(diskError(error, path)))
    // Until `chmod` the folder, which is this user's alone, keeps others out.
    server.listen(path, () => {
      if (!windows) chmodSync(path, 0o600)
      resolve()
    })
  })

const timeout = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
