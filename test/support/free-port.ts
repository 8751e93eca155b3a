import { once } from 'node:events'
import { createServer } from 'node:net'

/** A loopback port that nothing listens on at this moment; never one of those that a real companion would take. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const closed = once(server, 'close')
  server.close()
  await closed
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port >= 47616 && address.port <= 47620 ? freePort() : address.port
}
