import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { within } from './until.ts'

export type End = 'browser' | 'companion'
export type Passing = {
  readonly from: End
  /** Which frame of this end it is in this connection, from 0; the handshake has two of each. */
  readonly index: number
  readonly bytes: Buffer
}
/** What to pass on in a frame's place, and to whom. */
export type Meddling = (passing: Passing) => readonly { readonly to: End; readonly bytes: Buffer }[]

/** A program between browser and companion, which passes frames on unless it is told to meddle. */
export type RelayBetween = AsyncDisposable & {
  readonly port: number
  /** All frames of each connection, as they came. */
  readonly connections: readonly (readonly Passing[])[]
  /** How connections ended: who hung up first, and with what code. */
  readonly ends: readonly { readonly by: End; readonly code: number }[]
  meddle(how: Meddling | undefined): void
  close(): Promise<void>
}

const other = { browser: 'companion', companion: 'browser' } as const
const passOn: Meddling = ({ from, bytes }) => [{ to: other[from], bytes }]

/** Listens on a port, or on any, and passes on to the companion's. */
export async function openRelayBetween(companionPort: number, port = 0): Promise<RelayBetween> {
  const connections: Passing[][] = []
  const ends: { by: End; code: number }[] = []
  let meddling = passOn
  const server = new WebSocketServer({ host: '127.0.0.1', port, perMessageDeflate: false })
  await within(10, 'the port', once(server, 'listening'))
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The relay has no port.')

  server.on('connection', (browser, request) => {
    const frames: Passing[] = []
    connections.push(frames)
    const companion = new WebSocket(`ws://127.0.0.1:${companionPort}/bridge`, {
      headers: { origin: request.headers.origin ?? '' },
      perMessageDeflate: false,
    })
    const sockets = { browser, companion }
    const opened = once(companion, 'open')
    opened.catch(() => browser.terminate())
    const counts = { browser: 0, companion: 0 }
    let over = false

    for (const from of ['browser', 'companion'] as const) {
      sockets[from].on('message', (data: RawData) => {
        if (!Buffer.isBuffer(data)) return
        const passing = { from, index: counts[from], bytes: data }
        counts[from] += 1
        frames.push(passing)
        const instead = meddling(passing)
        void opened.then(() => instead.forEach(({ to, bytes }) => sockets[to].send(bytes)))
      })
      sockets[from].on('error', () => undefined)
      sockets[from].on('close', (code) => {
        if (!over) ends.push({ by: from, code })
        over = true
        // Reserved codes can be heard and not said.
        if (code >= 3000 || code === 1000) sockets[other[from]].close(code)
        else sockets[other[from]].terminate()
      })
    }
  })

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const ws of server.clients) ws.terminate()
    })
  return {
    port: address.port,
    connections,
    ends,
    meddle(how) {
      meddling = how ?? passOn
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
