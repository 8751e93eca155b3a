import { once } from 'node:events'
import { acceptAsCompanion } from '@countersign/shared/channel/handshake-companion'
import { createIdentity } from '@countersign/shared/channel/identity'
import { WebSocketServer, type RawData } from 'ws'
import { ourOrigin } from './bridge-socket.ts'
import { within } from './until.ts'

/** A program that took the companion's port, and answers as well as one can without its key. */
export type Squatter = AsyncDisposable & {
  /** Each frame that it was sent, by connection. */
  readonly heard: readonly (readonly Buffer[])[]
  close(): Promise<void>
}

export async function squat(port: number, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<Squatter> {
  const identity = await createIdentity({ extractable: false })
  const heard: Buffer[][] = []
  const server = new WebSocketServer({ host, port, perMessageDeflate: false })
  await within(10, 'the port', once(server, 'listening'))
  server.on('connection', (ws) => {
    const frames: Buffer[] = []
    heard.push(frames)
    const met = acceptAsCompanion({
      origin: ourOrigin,
      port,
      identity,
      signal: AbortSignal.timeout(10_000),
      // Whoever comes is welcome.
      findBrowser: () => Promise.resolve({ origin: ourOrigin }),
      pairing: {
        secret: () => undefined,
        winner: () => undefined,
        consume: () => Promise.resolve('pinned'),
        secondProof: () => Promise.resolve(),
      },
      socket: {
        send: (frame) => ws.send(frame),
        close: (code) => ws.close(code),
        listen(on) {
          ws.on('message', (data: RawData) => {
            if (!Buffer.isBuffer(data)) return
            frames.push(data)
            on.frame(data)
          })
          ws.on('close', (code) => on.closed(code))
        },
      },
    })
    met.catch(() => undefined)
  })

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const ws of server.clients) ws.terminate()
    })
  return { heard, close, [Symbol.asyncDispose]: close }
}
