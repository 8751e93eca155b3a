import { request, type IncomingMessage } from 'node:http'
import { within } from '../support/until.ts'

export type Asked = {
  readonly method?: string
  /** Undefined leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string | undefined
}
export type Heard = { readonly status: string; readonly body: string; readonly session: string | undefined }

/** One request to `/mcp`, and all that comes back; a stream is left as soon as it is open. */
export async function askMcp(
  port: number,
  token: string,
  { method = 'POST', headers = {}, body }: Asked,
): Promise<Heard> {
  const usual = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    connection: 'close',
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
  const all = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== undefined)
  const asking = request({
    host: '127.0.0.1',
    port,
    path: '/mcp',
    method,
    agent: false,
    headers: Object.fromEntries(all),
  })
  const coming = new Promise<IncomingMessage | undefined>((resolve) => {
    asking.on('response', resolve).on('error', () => resolve(undefined))
  })
  asking.end(body)
  try {
    const response = await within(15, 'the answer', coming)
    // It may be refused before it was sent to its end.
    if (response === undefined) return { status: 'cut off', body: '', session: undefined }
    let text = ''
    const ended = new Promise<void>((resolve) => {
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve()).on('error', () => resolve())
      // A stream has no end.
      if (method === 'GET' && response.statusCode === 200) resolve()
    })
    await within(15, 'the end of the answer', ended)
    const session = response.headers['mcp-session-id']
    return {
      status: String(response.statusCode),
      body: text,
      session: typeof session === 'string' ? session : undefined,
    }
  } finally {
    asking.destroy()
  }
}
