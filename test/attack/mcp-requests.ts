import type { Chance } from '../support/chance.ts'
import { agentMessages, heavyMessages, initialize, tellsOfSave } from './agent-messages.ts'
import { askMcp, type Asked, type Heard } from './ask-mcp.ts'
import { exchange, statusesIn } from './exchange.ts'
import { clothes, kindsOfBody, pieces, sessions, tokensOf } from './odd-mcp-requests.ts'
import { oddLines } from './odd-requests.ts'
import { spoiltJson } from './spoil-json.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

/** What may be answered to a request that is not as it should be: 202 to what asks nothing. Never 500. */
const answers = ['200', '202', '400', '401', '403', '404', '405', '406', '409', '413', '415', '417', '503', 'cut off']
const no = answers.filter((status) => !status.startsWith('2'))

type Lane = { session: string | undefined; lastId: number }

/** Requests to `/mcp` by an agent that has gone bad, and by one that is none. */
export async function spoilMcpRequests(
  port: number,
  tokens: { readonly one: string; readonly crowd: string },
  plan: Plan,
): Promise<void> {
  const lanes = Array.from({ length: 4 }, (): Lane => ({ session: undefined, lastId: 0 }))
  await playKinds(plan, kindsFor(port, tokens), lanes)
}

function kindsFor(
  port: number,
  { one, crowd }: { readonly one: string; readonly crowd: string },
): readonly Kind<Lane>[] {
  const begin = async (token: string): Promise<Heard> => askMcp(port, token, { body: JSON.stringify(initialize) })
  const sessionOf = async (lane: Lane): Promise<string> => {
    lane.session ??= (await begin(one)).session
    if (lane.session === undefined) throw new Error('No session was begun.')
    return lane.session
  }
  const asked = (
    name: string,
    make: (chance: Chance, id: number) => Asked,
    { may = answers, every, bare = false }: { may?: readonly string[]; every?: number; bare?: boolean } = {},
  ): Kind<Lane> => ({
    name,
    ...(every === undefined ? {} : { every }),
    async play(chance, lane) {
      const what = make(chance, (lane.lastId += 1))
      const own = bare ? {} : { 'mcp-session-id': await sessionOf(lane), 'mcp-protocol-version': '2025-11-25' }
      const { status, body } = await askMcp(port, one, { ...what, headers: { ...own, ...what.headers } })
      // A session that nobody uses gives way to new ones.
      if (status === '404') lane.session = undefined
      if (tellsOfSave(body)) throw new Error(`Something was saved: ${body}`)
      return requireOneOf(status, may)
    },
  })
  const raw = (name: string, make: (chance: Chance) => string, every?: number): Kind<Lane> => ({
    name,
    ...(every === undefined ? {} : { every }),
    async play(chance) {
      const head = `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${one}\r\n`
      const answer = await exchange(port, `${head}content-type: application/json\r\n${make(chance)}`)
      // Who has a token may be told to go on.
      const statuses = statusesIn(answer).filter((status) => status !== '100')
      for (const status of statuses) requireOneOf(status, [...no, '408'])
      return statuses.join(', ') || 'hung up on'
    },
  })
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  const names = agentMessages(0).map(([name]) => name)
  const messageOf = (name: string, id: number) => agentMessages(id).find(([each]) => each === name)?.[1] ?? initialize

  return [
    asked('as it should be', () => ({ body: list }), { may: ['200', '404', '503'] }),
    ...names.map((name) =>
      asked(`${name}: something wrong in it`, (chance, id) => ({ body: spoiltJson(messageOf(name, id), chance) })),
    ),
    asked('a first message: something wrong in it', (chance) => ({ body: spoiltJson(initialize, chance) }), {
      bare: true,
    }),
    asked(
      'a message without a session',
      (chance, id) => ({ body: JSON.stringify(messageOf(chance.one(['ping', 'save_session']), id)) }),
      { bare: true, may: ['400', '503'] },
    ),
    asked(
      'a session that is none',
      (chance) => ({ body: list, headers: { 'mcp-session-id': chance.one(sessions)(chance) } }),
      { may: ['404', '400', '503'] },
    ),
    asked('no JSON', (chance) => ({ body: chance.bytes(chance.whole(0, 300)).toString('latin1') }), {
      may: ['400', '404', '503'],
    }),
    asked('another kind of body', (chance) => ({ body: list, headers: { 'content-type': chance.one(kindsOfBody) } }), {
      may: ['415', '404', '503'],
    }),
    asked('a body in other clothes', (chance) => ({ body: list, headers: chance.one(clothes) })),
    asked(
      'another method',
      (chance) => ({
        method: chance.one(['PUT', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD']),
        body: chance.one([list, undefined]),
      }),
      { may: ['405', '404', '503'] },
    ),
    asked('a stream from somewhere else', (chance) => ({
      method: 'GET',
      headers: { 'last-event-id': chance.one(['0', '-1', '1', '999999', 'x'.repeat(2_000), '__proto__']) },
    })),
    asked('many messages in one', (chance) => ({
      body: `[${Array(chance.one([2, 100, 101, 9_000]))
        .fill(list)
        .join(',')}]`,
    })),
    asked('the end of a session', () => ({ method: 'DELETE' })),
    asked('a token that is none', (chance) => ({ body: list, headers: { authorization: chance.one(tokensOf(one)) } }), {
      may: ['401'],
    }),
    ...heavyMessages(0).map(({ name }) =>
      asked(
        name,
        (chance, id) => ({
          body: heavyMessages(id)
            .find((each) => each.name === name)
            ?.make(chance),
        }),
        { every: 25 },
      ),
    ),
    asked('a body of five megabytes', () => ({ body: `"${'x'.repeat(5_000_000)}"` }), { every: 25, may: [...no] }),
    raw(
      'a header line that is none',
      (chance) => `${chance.one(oddLines)}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    ),
    raw(
      'a body without end',
      () => `transfer-encoding: chunked\r\n\r\n${`10000\r\n${' '.repeat(0x10000)}\r\n`.repeat(80)}`,
      25,
    ),
    raw(
      'pieces that are none',
      (chance) => `transfer-encoding: chunked\r\nconnection: close\r\n\r\n${chance.one(pieces)}`,
    ),
    raw('a body that does not come', () => `content-length: 4000\r\n\r\n{"jsonrpc":`, 25),
    {
      name: 'a hundred sessions',
      every: 25,
      async play() {
        const begun = await Promise.all(Array.from({ length: 100 }, () => begin(crowd)))
        for (const { status } of begun) requireOneOf(status, ['200', '503'])
        return 'begun'
      },
    },
    {
      name: 'a hundred and fifty streams',
      every: 25,
      async play() {
        const { session = '' } = await begin(crowd)
        const streams = Array.from({ length: 150 }, (_, at) =>
          askMcp(port, crowd, {
            method: 'GET',
            headers: { 'mcp-session-id': session, ...(at % 2 === 0 ? {} : { 'last-event-id': '1' }) },
          }),
        )
        for (const { status } of await Promise.all(streams)) requireOneOf(status, answers)
        return 'opened'
      },
    },
  ]
}
