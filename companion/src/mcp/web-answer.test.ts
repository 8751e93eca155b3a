import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { sendWebResponse } from './web-answer.ts'

const piece = 256 * 1024
const pieces = 60

/** More than a client that is slow takes at once. */
const longAnswer = (): Response => {
  let sent = 0
  const body = new ReadableStream({
    pull(stream) {
      if (sent++ < pieces) stream.enqueue(new Uint8Array(piece))
      else stream.close()
    },
  })
  return new Response(body)
}

it('waits for a slow client as often as it has to, and leaves nothing listening', async () => {
  const warnings: unknown[] = []
  const warned = (warning: unknown) => void warnings.push(warning)
  process.on('warning', warned)
  onTestFinished(() => void process.off('warning', warned))

  let answered: ServerResponse | undefined
  const server = createServer((_, response) => {
    answered = response
    void sendWebResponse(longAnswer(), response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = z.object({ port: z.int() }).parse(server.address())
  let taken = 0
  await new Promise<void>((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.on('data', (chunk: Buffer) => {
        taken += chunk.length
        response.pause()
        setImmediate(() => response.resume())
      })
      response.on('end', resolve).on('error', reject)
    }).on('error', reject)
  })
  expect(taken).toBe(pieces * piece)
  expect(warnings).toEqual([])
  expect(answered?.listenerCount('drain')).toBe(0)
})
