import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ourOrigin } from './bridge-socket.ts'
import { upgradeHead } from './raw-request.ts'
import { within } from './until.ts'

/** A plain connection to a port of this machine, or to a socket's path. */
export async function dial(to: number | string): Promise<Socket> {
  const socket = typeof to === 'number' ? connect({ host: '127.0.0.1', port: to }) : connect(to)
  // Being hung up on in the middle of writing is what is waited for.
  socket.on('error', () => undefined)
  await within(10, 'the connection', once(socket, 'connect'))
  return socket
}

/** A raw socket past the upgrade of the bridge, for bytes that no WebSocket library would send. */
export async function upgraded(port: number, headers: Record<string, string> = {}): Promise<Socket> {
  const socket = await dial(port)
  socket.write(upgradeHead({ ...ourDoor(port), ...headers }))
  await within(10, 'the upgrade', once(socket, 'data'))
  return socket
}

/** With these headers the bridge lets anybody in, as far as the handshake. */
export function ourDoor(port: number): { host: string; origin: string } {
  return { host: `127.0.0.1:${port}`, origin: ourOrigin }
}

export async function gone(socket: Socket, seconds = 10): Promise<'gone'> {
  socket.resume()
  await within(seconds, 'the other end to hang up', closeOf(socket))
  return 'gone'
}

/** Settles when the socket has closed, however it came to that. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
