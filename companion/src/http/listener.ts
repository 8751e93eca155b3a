import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_FRAME_BYTES } from '@countersign/shared/channel/limits'
import { CountersignError } from '@countersign/shared/errors'
import { WebSocketServer } from 'ws'
import { extensionOrigins } from '../bridge/extension-ids.ts'
import { bridgeSocket, type BridgeSocket } from '../bridge/socket.ts'
import { systemCode } from '../disk-error.ts'
import { answerFor, forbidden, notReady, sendAnswer, type Answer } from './answers.ts'
import { bridgePath, guard, mcpPath } from './guards.ts'
import { portsTaken } from './ports.ts'
import { whoHolds } from './who-holds.ts'

/** Takes a WebSocket that came through the guards, and has proven nothing yet. */
export type Accept = (connection: { readonly socket: BridgeSocket; readonly origin: string }) => void

/** Takes a request for `/mcp` that came through the guards, and has proven nothing yet; its body has not been read. */
export type ServeMcp = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type Listener = {
  readonly port: number
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Until this is called, the bridge answers 503. */
  serveBridge(accept: Accept): void
  /** Until this is called, `/mcp` answers 503. */
  serveMcp(handle: ServeMcp): void
  /** Cuts whatever is still open. */
  close(): Promise<void>
}

/**
 * Listens on 127.0.0.1, on the first of the ports that is free. Throws `ports_taken`, naming who holds them.
 *
 * @param version what `/health` tells
 */
export const openListener = async ({
  ports,
  version,
  holders = whoHolds,
}: {
  ports: readonly number[]
  version: string
  holders?: typeof whoHolds
}): Promise<Listener> => {
  const server = createServer(limits)
  server.maxConnections = mostConnections
  const port = await listenOnOneOf(ports, server, holders)
  const door = { port, extensionOrigins }
  const webSockets = new WebSocketServer(webSocketLimits)
  const upgraded = new Set<Duplex>()
  let accept: Accept | undefined
  let serveMcp: ServeMcp | undefined

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const verdict = guard(askedIn(request), door)
    if (verdict.verdict === 'forbidden') return sendAnswer(response, forbidden)
    const { path } = verdict
    if (path === mcpPath)
      return serveMcp === undefined ? sendAnswer(response, notReady) : void serveMcp(request, response)
    sendAnswer(response, answerFor(path, request.method ?? '', version), request.method !== 'HEAD')
  }
  server.on('request', answer)
  server.on('checkContinue', answer)

  server.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    raw.on('error', () => raw.destroy())
    const verdict = guard(askedIn(request), door)
    if (verdict.verdict === 'forbidden') return turnAway(raw, forbidden)
    if (verdict.path !== bridgePath) return turnAway(raw, answerFor(verdict.path, 'UPGRADE', version))
    const { origin } = verdict
    if (accept === undefined || origin === undefined) return turnAway(raw, notReady)
    const taken = accept
    upgraded.add(raw)
    raw.on('close', () => upgraded.delete(raw))
    webSockets.handleUpgrade(request, raw, head, (ws) => taken({ socket: bridgeSocket(ws, raw), origin }))
  })

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    serveBridge(next) {
      accept = next
    },
    serveMcp(next) {
      serveMcp = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const raw of upgraded) raw.destroy()
      }),
  }
}

/** Milliseconds and bytes. Who asks is on this machine, and what is asked is short. */
const limits = {
  headersTimeout: 3_000,
  requestTimeout: 3_000,
  // For clients of `/mcp`, which ask again and again; all others are hung up on.
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 500,
  // Cookies of other programs on 127.0.0.1 come along, since cookies know no ports.
  maxHeaderSize: 16_384,
}
const mostConnections = 512

const webSocketLimits = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME_BYTES,
  // One frame a message is what our extension sends.
  maxFragments: 64,
  maxBufferedChunks: 4_096,
}

const askedIn = ({ url, rawHeaders }: IncomingMessage) => ({ target: url ?? '', rawHeaders })

const turnAway = (raw: Duplex, { status, headers, body }: Answer): void => {
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  raw.end(`HTTP/1.1 ${status} No\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
  raw.once('finish', () => raw.destroy())
}

const listenOnOneOf = async (ports: readonly number[], server: Server, holders: typeof whoHolds): Promise<number> => {
  for (const port of ports) if (await listens(server, port)) return portOf(server)
  throw portsTaken(ports, await holders(ports))
}

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const listens = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      server.off('listening', listening)
      const code = systemCode(error)
      // EACCES: a port that this user, or the system, keeps for others.
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false)
      else reject(new CountersignError('internal', { cause: error }))
    }
    const listening = () => {
      server.off('error', failed)
      resolve(true)
    }
    server.once('error', failed)
    server.once('listening', listening)
    // Exclusive: never shared with another process.
    server.listen({ host: '127.0.0.1', port, exclusive: true })
  })
