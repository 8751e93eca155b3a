import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Intake } from '../access/intake.ts'
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
  | { readonly kind: 'wrong'; readonly status: 400 | 413 | 503 }

/** Reads the body, and no more of it than the limit, or than its sender may have us keep. Rejects when the connection breaks. */
export const readBody = async (request: IncomingMessage, intake: Intake): Promise<Body> => {
  const bytes = await readBytes(request, intake)
  if (typeof bytes === 'number') return { kind: 'wrong', status: bytes }
  try {
    return { kind: 'json', value: parseMcpJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return { kind: 'wrong', status: 400 }
  }
}

const readBytes = async (request: IncomingMessage, intake: Intake): Promise<Buffer | 413 | 503> => {
  const chunks: Buffer[] = []
  let size = 0
  const stream: AsyncIterable<Buffer> = request
  try {
    for await (const chunk of stream) {
      size += chunk.length
      if (!intake.hold(chunk.length)) return 503
      if (size > longestBody) return 413
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    intake.hold(-size)
  }
}
