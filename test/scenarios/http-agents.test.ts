import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectAgent, connectHttpAgent, type Agent } from '../support/agent.ts'
import { rawRequest } from '../support/raw-request.ts'
import { until, within } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// An agent may come over Streamable HTTP, too. It gets what one on stdio gets, and whoever has no token gets nothing.

const account = 'example-freelancer'
let world: World
let token: string
let othersToken: string
let agent: Agent
beforeAll(async () => {
  world = await openWorld()
  await world.signIn(account)
  await world.pair()
  token = await world.grant('Job scout')
  othersToken = await world.grant('Letter writer')
  agent = await connectHttpAgent(world.companion, token)
})
afterAll(async () => {
  await agent.close()
  await world.close()
})

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})
const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' })
const save = JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'save_session' } })

/** The head of a request that no library would send. */
const head = (method: string, authorizations: readonly string[], more = ''): string =>
  `${method} /mcp HTTP/1.1\r\nhost: 127.0.0.1:${world.companion.port}\r\ncontent-type: application/json\r\n${more}${authorizations
    .map((one) => `authorization: ${one}\r\n`)
    .join('')}\r\n`

type Asked = { method?: string; headers?: Record<string, string>; body?: string }
type Heard = { status: number; headers: Record<string, unknown>; body: string }

/** One request as a program would send it; headers of ours can be replaced, and left out by an empty text. */
const ask = ({ method = 'POST', headers = {}, body }: Asked, onBody: (text: string) => void = () => undefined) => {
  const usual = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
  const all = Object.fromEntries(Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== ''))
  const asking = request({
    host: '127.0.0.1',
    port: world.companion.port,
    path: '/mcp',
    method,
    headers: all,
    agent: false,
  })
  const answer = new Promise<Heard>((resolve, reject) => {
    asking.on('error', reject)
    asking.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => onBody((text += chunk)))
      const told = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      response.on('end', told).on('error', told)
    })
  })
  asking.end(body)
  return { answer, hangUp: () => asking.destroy() }
}
const raw = (asked: Asked): Promise<Heard> => within(10, 'the end of the answer', ask(asked).answer)
const beginSession = async (bearer = token): Promise<string> => {
  const { headers } = await raw({ body: initialize, headers: { authorization: `Bearer ${bearer}` } })
  return String(headers['mcp-session-id'])
}

describe('an agent over HTTP', () => {
  test('sees the same tools, asks the same question, and gets the same answer', async () => {
    const { tools } = await agent.client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['save_session', 'manual_login', 'session_status'])
    const heard: number[] = []
    const asked = agent.call(
      'save_session',
      { reason: 'Over HTTP.' },
      { progress: ({ progress }) => heard.push(progress) },
    )
    await using shown = await world.approve('Job scout', 'save_session')
    expect(await asked).toMatchObject({ structuredContent: { saved: true, account, version: 1 } })
    expect(await shown.says('status', 'Saved')).toContain('version 1')
    expect((await agent.call('session_status')).structuredContent).toMatchObject({ saved: true, version: 1 })
  })

  test('shares one question with its own other connection on stdio', async () => {
    await using other = await connectAgent(world.companion, token)
    const first = agent.call('save_session')
    await using shown = await world.extension.prompt()
    await shown.question('Job scout', 'save_session')
    const second = other.call('manual_login')
    await other.call('session_status')
    await shown.press('Deny')
    for (const answer of await Promise.all([first, second])) {
      expect(answer.structuredContent).toMatchObject({ code: 'approval_denied' })
    }
  })

  test('takes its question away by cancelling, by closing, and by being killed in the middle, within a second', async () => {
    const gone = async (ways: (leaving: Agent, giveUp: AbortController) => unknown): Promise<void> => {
      const leaving = await connectHttpAgent(world.companion, othersToken)
      const giveUp = new AbortController()
      const asked = leaving.call('save_session', {}, { signal: giveUp.signal }).catch(() => 'gone')
      await using shown = await world.extension.prompt()
      await shown.question('Letter writer', 'save_session')
      await ways(leaving, giveUp)
      await until('the question is gone', async () => (await shown.find('article')) === undefined, { seconds: 1 })
      await leaving.close()
      expect(await asked).toBe('gone')
    }
    await gone((_, giveUp) => giveUp.abort())
    await gone((leaving) => leaving.close())

    // A program that dies closes its sockets, and says nothing.
    const session = await beginSession(othersToken)
    const headers = { authorization: `Bearer ${othersToken}`, 'mcp-session-id': session }
    const { answer, hangUp } = ask({ body: save, headers })
    await using shown = await world.extension.prompt()
    await shown.question('Letter writer', 'save_session')
    hangUp()
    await until('the question is gone', async () => (await shown.find('article')) === undefined, { seconds: 1 })
    await answer.catch(() => undefined)
  })

  test('whose stream breaks off takes it up again where it was, and gets its answer', async () => {
    const session = await beginSession()
    const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
    let heard = ''
    const first = ask({ body: save, headers }, (text) => (heard = text))
    await using shown = await world.extension.prompt()
    await shown.question('Job scout', 'save_session')
    const event = await until('the stream has a name', () => /^id: (\S+)/m.exec(heard)?.[1])
    first.hangUp()
    await first.answer.catch(() => undefined)
    let rest = ''
    const again = ask({ method: 'GET', headers: { ...headers, 'last-event-id': event } }, (text) => (rest = text))
    await shown.press('Approve')
    expect(await until('the answer comes on the second stream', () => rest.includes('"saved":true'))).toBe(true)
    again.hangUp()
    await again.answer.catch(() => undefined)
  })

  test('is cut off within a second when its grant is taken back', async () => {
    const taken = await world.grant('Short lived')
    await using shortLived = await connectHttpAgent(world.companion, taken)
    const asked = shortLived.call('save_session')
    await using shown = await world.extension.prompt()
    await shown.question('Short lived', 'save_session')
    expect((await world.companion.run(['agents', 'revoke', 'Short lived'])).code).toBe(0)
    const answer = await within(1, 'the end of the call', asked)
    expect(answer.structuredContent).toMatchObject({ saved: false, code: 'unauthorized' })
    await expect(shortLived.client.listTools()).rejects.toThrow('Unauthorized')
    expect((await raw({ body: initialize, headers: { authorization: `Bearer ${taken}` } })).status).toBe(401)
  })
})

describe('whoever has no good token', () => {
  test.each<[string, string]>([
    ['none', ''],
    ['a wrong one', `Bearer csg_${'A'.repeat(43)}`],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['no scheme', 'csg_x'],
    ['an endless one', `Bearer ${'A'.repeat(5000)}`],
  ])('%s: 401, whatever is asked, and no detail', async (_, authorization) => {
    for (const method of ['POST', 'GET', 'DELETE', 'PUT', 'OPTIONS']) {
      const { status, headers, body } = await raw({ method, body: initialize, headers: { authorization } })
      expect({ method, status }).toEqual({ method, status: 401 })
      expect(headers['www-authenticate']).toBe('Bearer')
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(JSON.parse(body)).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Unauthorized.' } })
    }
  })

  test('two of them: 401', async () => {
    expect(await rawRequest(world.companion.port, head('POST', [`Bearer ${token}`, `Bearer ${token}`]))).toMatch(
      / 401 /,
    )
  })

  test('the session of another grant is none: 404, as for one that never was', async () => {
    const session = await beginSession()
    const own = await raw({ body: list, headers: { 'mcp-session-id': session } })
    expect(own.status).toBe(200)
    for (const method of ['POST', 'GET', 'DELETE']) {
      const others = { authorization: `Bearer ${othersToken}`, 'mcp-session-id': session }
      const theirs = await raw({ method, body: list, headers: others })
      const nobodys = await raw({ method, body: list, headers: { ...others, 'mcp-session-id': crypto.randomUUID() } })
      expect(theirs.status).toBe(404)
      expect(theirs.body).toBe(nobodys.body)
    }
    // Nor did that end it for its owner.
    expect((await raw({ body: list, headers: { 'mcp-session-id': session } })).status).toBe(200)
  })
})

describe('a request that is none', () => {
  test.each<[string, Asked, number]>([
    ['a form', { body: initialize, headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['plain text', { body: initialize, headers: { 'content-type': 'text/plain' } }, 415],
    ['JSON and something else', { body: initialize, headers: { 'content-type': 'text/plain; application/json' } }, 415],
    ['no type', { body: initialize, headers: { 'content-type': '' } }, 415],
    ['compressed', { body: initialize, headers: { 'content-encoding': 'gzip' } }, 415],
    ['too long by its own word', { headers: { 'content-length': '99999999' } }, 413],
    ['no JSON', { body: '{"jsonrpc":' }, 400],
    ['no MCP', { body: '{"a":1}' }, 400],
    ['a call without a session', { body: save }, 400],
    ['many at once, one of them the first', { body: `[${initialize},${save}]` }, 400],
    ['a stream without a session', { method: 'GET' }, 400],
    ['another method', { method: 'PUT', body: initialize }, 405],
    ['what a browser asks before it asks', { method: 'OPTIONS' }, 405],
    ['with an origin', { body: initialize, headers: { origin: 'http://127.0.0.1' } }, 403],
    ['with another host', { body: initialize, headers: { host: 'localhost' } }, 403],
  ])('%s is refused', async (_, asked, expected) => {
    const { status, headers } = await raw(asked)
    expect(status).toBe(expected)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('longer than it said, and than it may be: told so, and hung up on', async () => {
    const pourInto = (enough: (heard: string) => boolean) => {
      const socket = connect({ host: '127.0.0.1', port: world.companion.port })
      const gone = new Promise<Error | undefined>((resolve) => {
        socket.on('error', resolve).on('close', () => resolve(undefined))
      })
      let heard = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        heard += text
        if (enough(heard)) socket.destroy()
      })
      socket.write(head('POST', [`Bearer ${token}`], 'transfer-encoding: chunked\r\n'))
      const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`
      const pour = (): void => void (socket.writable && socket.write(piece, pour))
      pour()
      return within(10, 'one end to hang up', gone).then((error) => ({ heard, error }))
    }
    // Who takes the answer and goes has not been cut off before that.
    for (let count = 0; count < 20; count += 1) {
      const { heard, error } = await pourInto((text) => text.endsWith('}'))
      expect(error).toBeUndefined()
      expect(heard).toMatch(/^HTTP\/1\.1 413 .*The body is too large/s)
    }
    const { heard } = await pourInto(() => false)
    expect(heard).toMatch(/^HTTP\/1\.1 413 .*The body is too large/s)
    expect((await agent.call('session_status')).isError).toBe(false)
  })

  test('no client of an agent keeps others out by opening more than it needs', async () => {
    const crowd: ReturnType<typeof ask>[] = []
    const statuses: number[] = []
    for (let count = 0; count < 120; count += 1) {
      const session = count % 2 === 0 ? await beginSession(othersToken).catch(() => 'none') : 'none'
      const headers = { authorization: `Bearer ${othersToken}`, 'mcp-session-id': session }
      // A stream that stays, and a body that does not come.
      const one =
        session === 'none'
          ? ask({ headers: { authorization: `Bearer ${othersToken}`, 'content-length': '100' } })
          : ask({ method: 'GET', headers })
      one.answer.then(({ status }) => statuses.push(status)).catch(() => undefined)
      crowd.push(one)
    }
    expect((await agent.call('session_status')).isError).toBe(false)
    await using popup = await world.extension.openPopup(world.tab)
    await until('the popup is connected', () => popup.isEnabled('Pause all agents'))
    await until('some were turned away', () => statuses.includes(503))
    for (const { hangUp } of crowd) hangUp()
    await until('there is room again', async () => (await raw({ body: initialize })).status === 200)
  })
})
