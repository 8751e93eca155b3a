import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { fakeTime } from '../testing/fake-time.ts'
import { createHttpSession } from './http-session.ts'

/** A session behind a real listener, whose tool answers at once. */
const setUp = async () => {
  const time = fakeTime()
  const door = () => Promise.resolve({ content: [] })
  const grant = { id: 'g', label: 'Claude', revoked: new AbortController().signal }
  const deps = { tools: [], door, version: '1', newId: () => crypto.randomUUID(), time }
  const session = await createHttpSession(deps, { id: 's', grant, closed: () => undefined })
  const given: WeakRef<ServerResponse>[] = []
  const server = createServer((request, response) => {
    given.push(new WeakRef(response))
    const body = request.method === 'POST' ? json(request) : Promise.resolve(undefined)
    void body.then((parsed) => session.handle(request, response, parsed))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await session.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = z.object({ port: z.number() }).parse(server.address())
  const url = `http://127.0.0.1:${port}/mcp`
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  const post = async (method: string, params: object, id: number) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const within = method === 'initialize' ? {} : { 'mcp-session-id': 's' }
    return (await fetch(url, { method: 'POST', headers: { ...headers, ...within }, body })).text()
  }
  const resume = async (event: string) => {
    const ends = new AbortController()
    onTestFinished(() => ends.abort())
    const asked = { ...headers, accept: 'text/event-stream', 'mcp-session-id': 's', 'last-event-id': event }
    return fetch(url, { headers: asked, signal: ends.signal })
  }
  const clientInfo = { name: 'test', version: '1' }
  await post('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }, 0)
  return { time, given, resume, call: (id: number) => post('tools/call', { name: 'x', arguments: {} }, id) }
}

test('keeps nothing of calls that were answered, not even while a client follows an old stream', async () => {
  const { time, given, resume, call } = await setUp()
  const [, event = ''] = /^id: (\S+)$/m.exec(await call(1)) ?? []
  const following = await resume(event)
  expect(following.status).toBe(200)
  const before = given.length
  for (let id = 2; id < 12; id += 1) await call(id)
  const collect: unknown = (setFlagsFromString('--expose-gc'), runInNewContext('gc'))
  // The newest may still be held by the connection that it came over.
  const later = given.slice(before, -1)
  expect(later).toHaveLength(9)
  await vi.waitFor(() => {
    time.advance(700)
    if (typeof collect === 'function') collect()
    expect(later.filter((response) => response.deref() !== undefined)).toEqual([])
  })
  await following.body?.cancel()
})
