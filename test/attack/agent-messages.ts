import type { Chance } from '../support/chance.ts'
import type { Json } from './spoil-json.ts'

/** What an agent says to begin with. */
export const initialize: Json = {
  jsonrpc: '2.0',
  id: 'first',
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {} } },
    clientInfo: { name: 'gone-bad', version: '1.0.0', icons: [{ src: 'data:,', sizes: ['1x1'] }] },
  },
}

/** Messages of MCP, each with an id that tells it apart. No tab of Upwork's is open, so nobody is asked anything. */
export const agentMessages = (id: Json): readonly (readonly [string, Json])[] => [
  ['ping', { jsonrpc: '2.0', id, method: 'ping' }],
  ['initialize', { ...objectOf(initialize), id }],
  ['tools/list', { jsonrpc: '2.0', id, method: 'tools/list', params: { cursor: 'a' } }],
  ['session_status', call(id, 'session_status', {})],
  ['save_session', call(id, 'save_session', { reason: 'A reason.' })],
  ['manual_login', call(id, 'manual_login', {})],
  ['no such tool', call(id, 'SAVE_SESSION', {})],
  ['no such method', { jsonrpc: '2.0', id, method: 'tasks/cancel', params: { taskId: 'a' } }],
  ['a withdrawal', { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'x' } }],
  ['progress', { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } }],
  ['a notice', { jsonrpc: '2.0', method: 'notifications/initialized' }],
  ['an answer', { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'x' }] } }],
  ['a failure', { jsonrpc: '2.0', id, error: { code: -32000, message: 'x', data: { x: 1 } } }],
]

/** Messages that are short to say, and long to take apart. */
export const heavyMessages = (id: Json): readonly { readonly name: string; make(chance: Chance): string }[] => {
  const filled = (what: string, bytes: number) =>
    Array(Math.floor(bytes / (what.length + 1)))
      .fill(what)
      .join(',')
  const text = JSON.stringify(id)
  const withIcons = (list: string) => spelledWith({ ...objectOf(initialize), id }, '"icons":[', `"icons":[${list},`)
  return [
    { name: 'nested', make: () => `{"jsonrpc":"2.0","id":${text},"method":"ping","params":${'['.repeat(1_900_000)}` },
    { name: 'a list of empty lists', make: () => `[${filled('[]', 3_900_000)}]` },
    { name: 'icons: four megabytes of numbers', make: () => withIcons(filled('0', 3_900_000)) },
    { name: 'icons: as many as are looked at', make: () => withIcons(filled('{"a":1}', 190_000)) },
    { name: 'a long name', make: () => JSON.stringify(call(id, 'x'.repeat(3_900_000), {})) },
    { name: 'a long reason', make: () => JSON.stringify(call(id, 'save_session', { reason: '⟨'.repeat(1_300_000) })) },
    {
      name: 'many arguments',
      make: () =>
        JSON.stringify(
          call(
            id,
            'save_session',
            Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`argument ${at}`, at])),
          ),
        ),
    },
  ]
}

/** Whether an answer tells of another save than the one before the attack, which may be looked at. */
export const tellsOfSave = (answer: string): boolean => answer.includes('"saved":true') && !/"version":1\b/.test(answer)

function call(id: Json, name: string, args: Json): Json {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta: { progressToken: 7 } } }
}

function objectOf(value: Json): { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function spelledWith(value: Json, part: string, instead: string): string {
  return JSON.stringify(value).replace(part, instead)
}
