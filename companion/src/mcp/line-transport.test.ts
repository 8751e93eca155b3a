import { deferred } from '@countersign/shared/deferred'
import { expect, it } from 'vitest'
import { createLineTransport } from './line-transport.ts'

const asked = 1000

/** A client that asks so many times in one go and reads no answer before `reads` is settled. */
const greedy = async (ask: (id: number) => string) => {
  let taken = 0
  const reads = deferred<void>()
  const said: string[] = []
  async function* lines() {
    for (; taken < asked; taken += 1) yield ask(taken)
  }
  const transport = createLineTransport(lines(), (line) => {
    said.push(line)
    return reads.promise
  })
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's transports have this one callback
  transport.onmessage = (message) => {
    if ('id' in message) void transport.send({ jsonrpc: '2.0', id: message.id ?? 0, result: {} })
  }
  await transport.start()
  await new Promise(setImmediate)
  return { transport, reads, said, taken: () => taken }
}

it.each([
  ['questions', (id: number) => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })],
  ['nonsense', () => 'no json'],
])('takes no more %s from a client that does not read its answers', async (_case, ask) => {
  const { transport, reads, said, taken } = await greedy(ask)
  expect(taken()).toBeLessThan(10)
  reads.resolve()
  await transport.ended
  expect(said).toHaveLength(asked)
})

it('ends although its client never reads', async () => {
  const { transport } = await greedy((id) => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }))
  await transport.close()
  await expect(transport.ended).resolves.toBeUndefined()
})

it.each([
  ['nested too deep', `${'['.repeat(100)}${']'.repeat(100)}`],
  ['of more values than any call has', `[${Array(60_000).fill('[]').join(',')}]`],
])('takes nothing apart that is %s', async (_case, params) => {
  const said: string[] = []
  async function* lines() {
    yield `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"x":${params}}}}`
  }
  const transport = createLineTransport(lines(), (line) => void said.push(line))
  await transport.start()
  await transport.ended
  expect(said).toEqual([expect.stringContaining('"code":-32700')])
})
