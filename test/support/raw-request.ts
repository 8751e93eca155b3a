import { once } from 'node:events'
import { connect } from 'node:net'
import { within } from './until.ts'

/** Sends these bytes to a port of this machine, and gives all that comes back until the other end hangs up. */
export async function rawRequest(port: number, text: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port })
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
  socket.on('error', () => socket.destroy())
  socket.write(text)
  try {
    await within(10, 'the end of the answer', once(socket, 'close'))
    return answer
  } finally {
    socket.destroy()
  }
}

/** The head of an upgrade of the bridge; a header of undefined is left out, several values are sent one after the other. */
export function upgradeHead(headers: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  const all: typeof headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    (value === undefined ? [] : [value].flat()).map((one) => `${name}: ${one}\r\n`),
  )
  return `GET /bridge HTTP/1.1\r\n${lines.join('')}\r\n`
}
