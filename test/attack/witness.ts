import { setTimeout as pause } from 'node:timers/promises'
import { companionMethods } from '@countersign/shared/protocol/messages'
import type { Extension } from '../support/extension.ts'
import type { Line } from '../support/wire-browser.ts'

/** A paired browser that has nothing to do with an attack, and is to notice nothing of it. */
export type Witness = AsyncDisposable & {
  readonly label: string
  /** What it has noticed. */
  complaints(): readonly string[]
  /** Seconds that it waited for an answer at most; undefined when it asked nothing. */
  longestWait(): number | undefined
}

/** On the wire: asks something all the while over one connection, which has to last. */
export function witnessOnWire(label: string, line: Line): Witness {
  const ends = new AbortController()
  const complaints: string[] = []
  let longest = 0
  let askedAt: number | undefined
  const waited = (): number => (askedAt === undefined ? 0 : (performance.now() - askedAt) / 1000)
  void line.peer.closed.then(() => {
    if (!ends.signal.aborted) complaints.push(`${label} lost its connection.`)
  })
  const ask = async (): Promise<void> => {
    while (!ends.signal.aborted) {
      askedAt = performance.now()
      await line.peer.request(companionMethods.heartbeat, {}).catch((error: unknown) => {
        if (!ends.signal.aborted) complaints.push(`${label} got no answer: ${String(error)}`)
        ends.abort()
      })
      longest = Math.max(longest, waited())
      askedAt = undefined
      await pause(100, undefined, { signal: ends.signal }).catch(() => undefined)
    }
  }
  const asking = ask()
  return {
    label,
    complaints: () => complaints,
    // The one that it waits for now counts, too.
    longestWait: () => Math.max(longest, waited()),
    async [Symbol.asyncDispose]() {
      ends.abort()
      await asking
    },
  }
}

/** A real browser: its extension's socket has to last. */
export async function witnessInBrowser(label: string, extension: Extension): Promise<Witness> {
  const { client } = await extension.worker()
  const complaints: string[] = []
  const closed = (): void => void complaints.push(`The extension in ${label} lost its connection.`)
  const dialled = (): void => void complaints.push(`The extension in ${label} has dialled again.`)
  await client.send('Network.enable')
  client.on('Network.webSocketClosed', closed)
  client.on('Network.webSocketCreated', dialled)
  return {
    label,
    complaints: () => complaints,
    longestWait: () => undefined,
    async [Symbol.asyncDispose]() {
      client.off('Network.webSocketClosed', closed)
      client.off('Network.webSocketCreated', dialled)
      // By now the browser may have been closed.
      await client.send('Network.disable').catch(() => undefined)
    },
  }
}
