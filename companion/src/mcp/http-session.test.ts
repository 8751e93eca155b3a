import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { fakeTime } from '../testing/fake-time.ts'
import { policyToChange } from '../testing/policy-to-change.ts'
import type { Door } from './door.ts'
import { createHttpSession } from './http-session.ts'
import { tool } from './tool.ts'

/** A session behind a real listener. Its tool answers at once, unless it is told to wait until its call ends. */
const setUp = async () => {
  const time = fakeTime()
  const ended: AbortSignal[] = []
  const door: Door = async ({ name, signal }) => {
    if (name === 'wait') {
      ended.push(signal)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    return { content: [] }
  }
  const grant = { id: 'g', label: 'Claude', revoked: new AbortController().signal }
  const policy = policyToChange()
  const lists = tool({
    name: 'send_message',
    title: 'Send a message',
    description: 'Sends it.',
    kind: 'write',
    input: z.strictObject({}),
    output: z.object({}),
    subjects: () => Promise.reject(new Error('Nobody is asked here')),
    run: () => Promise.reject(new Error('Nothing is run here')),
  })
  const deps = { tools: [lists], hidden: policy.hidden, door, version: '1', newId: () => crypto.randomUUID(), time }
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
  const send = (said: unknown, more: Record<string, string> = {}, signal?: AbortSignal) => {
    const asked = {
      method: 'POST',
      headers: { ...headers, 'mcp-session-id': 's', ...more },
      body: JSON.stringify(said),
    }
    return fetch(url, signal === undefined ? asked : { ...asked, signal })
  }
  const post = async (method: string, params: object, id: number, signal?: AbortSignal) =>
    (await send({ jsonrpc: '2.0', id, method, params }, {}, signal)).text()
  const cancel = (requestId: number) =>
    send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })
  /** A stream that is asked for by itself: that of an event, or the one for whatever is no answer. */
  const follow = async (event?: string) => {
    const ends = new AbortController()
    onTestFinished(() => ends.abort())
    const from = event === undefined ? {} : { 'last-event-id': event }
    const asked = { ...headers, accept: 'text/event-stream', 'mcp-session-id': 's', ...from }
    return fetch(url, { headers: asked, signal: ends.signal })
  }
  const clientInfo = { name: 'test', version: '1' }
  await post('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }, 0)
  const call = (id: number, name = 'x', signal?: AbortSignal) => post('tools/call', { name, arguments: {} }, id, signal)
  return { time, given, follow, call, ended, send, cancel, policy, session }
}

test('keeps nothing of calls that were answered, not even while a client follows an old stream', async () => {
  const { time, given, follow, call } = await setUp()
  const [, event = ''] = /^id: (\S+)$/m.exec(await call(1)) ?? []
  const following = await follow(event)
  expect(following.status).toBe(200)
  const before = given.length
  for (let id = 2; id < 12; id += 1) await call(id)
  setFlagsFromString('--expose-gc')
  const collect = z.custom<() => void>((found) => typeof found === 'function').parse(runInNewContext('gc'))
  // The newest may still be held by the connection that it came over.
  const later = given.slice(before, -1)
  expect(later).toHaveLength(9)
  await vi.waitFor(() => {
    time.advance(700)
    collect()
    expect(later.filter((response) => response.deref() !== undefined)).toEqual([])
  })
  await following.body?.cancel()
})

test('ends a call whose client has gone, though another stream is followed on which nothing is to come any more', async () => {
  const { time, follow, call, ended } = await setUp()
  const [, event = ''] = /^id: (\S+)$/m.exec(await call(1)) ?? []
  const following = await follow(event)
  const leaving = new AbortController()
  const lost = call(2, 'wait', leaving.signal).catch(() => 'gone')
  await vi.waitFor(() => expect(ended).toHaveLength(1))
  leaving.abort()
  expect(await lost).toBe('gone')
  await vi.waitFor(() => {
    time.advance(700)
    expect(ended[0]?.aborted).toBe(true)
  })
  await following.body?.cancel()
})

test('keeps a call whose client follows its stream anew', async () => {
  const { time, follow, call, ended, given } = await setUp()
  const leaving = new AbortController()
  const lost = call(1, 'wait', leaving.signal).catch(() => 'gone')
  await vi.waitFor(() => expect(ended).toHaveLength(1))
  const broken = given.at(-1)?.deref()
  leaving.abort()
  await lost
  if (broken?.closed === false) await once(broken, 'close')
  // The first event of a session's first stream but that of its beginning, which only names the stream.
  const following = await follow('3')
  expect(following.status).toBe(200)
  time.advance(700)
  expect(ended[0]?.aborted).toBe(false)
  await following.body?.cancel()
})

test('refuses a second request with the id of one that runs, and lets the first have its own stream', async () => {
  const { call, send, ended, cancel } = await setUp()
  const first = call(1, 'wait')
  await vi.waitFor(() => expect(ended).toHaveLength(1))
  const again = (method: string) => ({ jsonrpc: '2.0', id: 1, method, params: { name: 'x', arguments: {} } })
  for (const body of [again('tools/call'), again('ping'), [{ ...again('ping'), id: 2 }, again('ping')]]) {
    const refused = await send(body)
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ id: null, error: { code: -32000 } })
  }
  const twins = await send([
    { ...again('ping'), id: 3 },
    { ...again('ping'), id: 3 },
  ])
  expect(twins.status).toBe(409)
  expect(ended.map(({ aborted }) => aborted)).toEqual([false])
  await cancel(1)
  expect(await first).toContain('Cancelled.')
  // What came to nothing has taken no id, and what is answered gives its own back.
  expect((await send(again('ping'), { accept: 'text/html' })).status).toBe(406)
  for (const id of [1, 2, 3]) expect(await (await send({ ...again('ping'), id })).text()).toContain('"result":{}')
})

test('tells on the stream for it that the list of tools has changed, and what a client missed when it comes back', async () => {
  const { follow, send, policy, given } = await setUp()
  await send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  const following = await follow()
  const reader = following.body?.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => (await reader?.read())?.value ?? ''
  policy.hide(['send_message'])
  const told = await next()
  expect(told).toContain('notifications/tools/list_changed')
  const left = given.at(-1)?.deref()
  await reader?.cancel()
  if (left?.closed === false) await once(left, 'close')
  policy.hide([])
  const again = await follow(/^id: (\S+)$/m.exec(told)?.[1])
  const missed = again.body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await missed?.read())?.value).toContain('notifications/tools/list_changed')
  await missed?.cancel()
})

test('has nobody to tell without that stream, and forgets its client when it ends', async () => {
  const { send, policy, session, call } = await setUp()
  await send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  await vi.waitFor(() => expect(policy.listeners()).toBe(1))
  for (let round = 0; round < 1000; round += 1) policy.hide(round % 2 === 0 ? '*' : [])
  expect(await call(1)).toContain('"result"')
  await session.close()
  expect(policy.listeners()).toBe(0)
  policy.hide('*')
})
