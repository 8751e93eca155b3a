import { closeOf, dial } from '../support/raw-socket.ts'
import { within } from '../support/until.ts'

/** What a port says to these bytes, until it hangs up; after an upgrade nothing more is waited for. */
export async function exchange(port: number, bytes: string | Buffer, { andHangUp = false } = {}): Promise<string> {
  const socket = await dial(port)
  let answer = ''
  const upgraded = new Promise<void>((resolve) => {
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text
      if (answer.startsWith('HTTP/1.1 101 ') && answer.includes('\r\n\r\n')) resolve()
    })
  })
  try {
    // latin1, so that each character is a byte.
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    if (andHangUp) socket.end()
    await within(12, 'the end of the answer', Promise.race([closeOf(socket), upgraded]))
    return answer
  } finally {
    socket.destroy()
  }
}

/** The statuses of the answers, in their order. */
export function statusesIn(answer: string): readonly string[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => status ?? '')
}
