import type { ServerResponse } from 'node:http'
import { bridgePath } from './guards.ts'
import { pairPage } from './pair-page.ts'

/** What the listener answers by plain HTTP. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const answerFor = (path: string, method: string, version: string): Answer => {
  if (path === bridgePath) return { ...text(426, 'Only a WebSocket of the Countersign extension.'), ...upgrade }
  const page = path === '/health' ? health(version) : path === '/pair' ? pairing : undefined
  if (page === undefined) return text(404, 'Nothing is here.')
  return method === 'GET' || method === 'HEAD' ? page : { ...text(405, 'Only GET.'), ...getOnly }
}

/** Nobody else gets to keep, frame, or read what we answer. */
const common = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

const text = (status: number, body: string): Answer => ({
  status,
  headers: { ...common, 'content-type': 'text/plain; charset=utf-8' },
  body: `${body}\n`,
})

const upgrade = { headers: { ...common, upgrade: 'websocket', 'content-type': 'text/plain; charset=utf-8' } }
const getOnly = { headers: { ...common, allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' } }

export const forbidden = text(403, 'Not for you.')
export const notReady = text(503, 'Not yet.')

/** What `/mcp` answers by itself. A refusal tells no more than its status: who asks has proven nothing. */
const mcpStatuses = {
  400: 'This is no request of an MCP session.',
  401: 'Unauthorized.',
  404: 'Session not found.',
  405: 'Only GET, POST and DELETE.',
  409: 'A request with this id is not answered yet.',
  413: 'The body is too large.',
  415: 'The body must be application/json.',
  500: 'Something went wrong that should not.',
  503: 'Too much is open at once.',
} as const
export type McpStatus = keyof typeof mcpStatuses

export const mcpRefusal = (status: McpStatus): Answer => ({
  status,
  headers: {
    ...common,
    'content-type': 'application/json',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(status === 405 ? { allow: 'GET, POST, DELETE' } : {}),
  },
  body: JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message: mcpStatuses[status] }, id: null }),
})

/**
 * Sends an answer, after which the connection ends: what the request's body still holds is never read. Who is still sending has
 * a moment to take the answer and to hang up itself, since a connection that is closed over unread bytes is reset, and the
 * answer may be lost with it.
 */
export const sendAnswer = (response: ServerResponse, { status, headers, body }: Answer, withBody = true): void => {
  const said = withBody ? body : ''
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  if (response.req.complete || said === '') return void response.end(said)
  response.write(said)
  const leave = setTimeout(() => response.end(), lingering)
  response.once('close', () => clearTimeout(leave))
}

/** Milliseconds. */
const lingering = 500

const health = (version: string): Answer => ({
  status: 200,
  headers: { ...common, 'content-type': 'application/json' },
  body: JSON.stringify({ ok: true, name: 'countersign', version }),
})

const pairing: Answer = {
  status: 200,
  headers: { ...common, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pairPage.policy },
  body: pairPage.html,
}
