import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * A request as the SDK wants it, and its answer as Node sends it. (The SDK's own adapter prints what goes wrong to stdout, which is
 * not ours to print to.) What was proven with the token needs not be handed on.
 */
export const webRequest = ({ method = 'GET', headers }: IncomingMessage): Request => {
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || name === 'authorization' ? [] : [[name, String(value)]],
  )
  return new Request('http://127.0.0.1/mcp', { method, headers: given })
}

/** Resolves when all was sent, or the client has gone. */
export const sendWebResponse = async (answer: Response, response: ServerResponse): Promise<void> => {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  const reader = answer.body?.getReader()
  if (reader === undefined) return void response.end()
  response.flushHeaders()
  const stop = () => void reader.cancel().catch(() => undefined)
  response.once('close', stop)
  if (response.destroyed) stop()
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    if (!response.write(read.value)) await hasRoom(response)
  }
  response.off('close', stop)
  response.end()
}

/** Settles when the client has taken what it was sent, or has gone. */
const hasRoom = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle)
      response.off('close', settle)
      resolve()
    }
    response.on('drain', settle)
    response.on('close', settle)
    if (response.destroyed) settle()
  })
