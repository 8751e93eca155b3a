import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { usualPorts } from '@countersign/shared/protocol/ports'
import { until } from './until.ts'

/** The five ports that every extension looks at, for one story at a time. */
export type UsualPorts = AsyncDisposable & { readonly free: readonly number[] }

const turn = 47_621

/** Waits for its turn; says which of the ports nobody holds now, such as a companion that a person uses. */
export async function takeUsualPorts(): Promise<UsualPorts> {
  const lock = await until('no other story needs the usual ports', () => listening(turn), { seconds: 45 })
  const free: number[] = []
  for (const port of usualPorts) {
    const server = await listening(port)
    if (server === undefined) continue
    free.push(port)
    await closed(server)
  }
  return { free, [Symbol.asyncDispose]: () => closed(lock) }
}

async function listening(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    await once(server.listen({ host: '127.0.0.1', port, exclusive: true }), 'listening')
    return server
  } catch {
    return undefined
  }
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}
