import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { parseMcpJson } from '../mcp/mcp-json.ts'

/** Bytes. The longest that is said here are an agent's arguments; a session never is. */
export const longestBody = 4 * 1024 * 1024

/** What is wrong with a request that is to carry a body, before a byte of it is read; undefined when nothing is. */
export const wrongBody = (headers: IncomingHttpHeaders): 413 | 415 | undefined => {
  // A form or plain text is what a page may send without asking first; JSON is not.
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(headers['content-type'] ?? '')) return 415
  if (headers['content-encoding'] !== undefined) return 415
  return Number(headers['content-length'] ?? 0) > longestBody ? 413 : undefined
}

export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'wrong'; readonly status: 400 | 413 }

/** Reads the body, and no more of it than the limit. Rejects when the connection breaks. */
export const readBody = async (request: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = []
  let size = 0
  const stream: AsyncIterable<Buffer> = request
  for await (const chunk of stream) {
    size += chunk.length
    if (size > longestBody) return { kind: 'wrong', status: 413 }
    chunks.push(chunk)
  }
  try {
    return {
      kind: 'json',
      value: parseMcpJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))),
    }
  } catch {
    return { kind: 'wrong', status: 400 }
  }
}
