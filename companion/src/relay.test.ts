import { PassThrough } from 'node:stream'
import { CountersignError } from '@countersign/shared/errors'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { prepareControlPath } from './control/control-path.ts'
import { readLines } from './control/lines.ts'
import { listenForControl, type RelayConnection } from './control/server.ts'
import type { Machine } from './machine.ts'
import { relay } from './relay.ts'
import { openStateFolder } from './state-folder.ts'
import { tempMachine } from './testing/temp-folder.ts'

const request = z.object({ id: z.union([z.number(), z.string()]).optional(), method: z.string() })

/** A companion that answers `initialize` and `echo`, and leaves every other request open. */
const startCompanion = async (machine: Machine, heard: string[] = [], tokens = ['good']) => {
  const serveRelay = async ({ token, lines, ready, send }: RelayConnection) => {
    if (!tokens.includes(token)) throw new CountersignError('unauthorized')
    await ready({ hold: () => true, enter: () => undefined })
    for await (const line of lines) {
      heard.push(line)
      const { id, method } = request.parse(JSON.parse(line))
      if (method === 'initialize' || method === 'echo') {
        await send(JSON.stringify({ jsonrpc: '2.0', id, result: { method } }))
      }
    }
  }
  const path = prepareControlPath(openStateFolder(machine), machine)
  const windows = machine.platform === 'win32'
  const server = await listenForControl({ path, windows, handlers: [], serveRelay, onFault: () => undefined })
  onTestFinished(() => server.close())
  return server
}

const startRelay = (machine: Machine) => {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const complaints: string[] = []
  const code = relay({
    agent: undefined,
    cli: '/there/is/no/such.js',
    machine,
    stdin,
    stdout,
    complain: (line) => complaints.push(line),
  })
  const lines = readLines(stdout)
  return {
    code,
    complaints,
    say: (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    hear: async (): Promise<unknown> => {
      const next = await lines.next()
      if (next.done === true) throw new Error('The relay said nothing more')
      const said: unknown = JSON.parse(next.value)
      return said
    },
    leave: () => stdin.end(),
  }
}

const withToken = (token: string): Machine => {
  const machine = tempMachine()
  return { ...machine, env: { ...machine.env, COUNTERSIGN_TOKEN: token } }
}

const introduce = async ({ say, hear }: ReturnType<typeof startRelay>) => {
  say({ id: 0, method: 'initialize', params: { a: 1 } })
  expect(await hear()).toMatchObject({ id: 0, result: { method: 'initialize' } })
  say({ method: 'notifications/initialized' })
}

describe('the relay', () => {
  it('passes lines both ways, and ends with 0 when the client leaves', async () => {
    const machine = withToken('good')
    await startCompanion(machine)
    const client = startRelay(machine)
    await introduce(client)
    client.say({ id: 1, method: 'echo' })
    expect(await client.hear()).toMatchObject({ id: 1, result: { method: 'echo' } })
    client.leave()
    expect(await client.code).toBe(0)
  })

  it('answers for a companion that was lost, and goes on with the next one', async () => {
    const machine = withToken('good')
    const first = await startCompanion(machine)
    const client = startRelay(machine)
    await introduce(client)
    client.say({ id: 1, method: 'tools/call', params: {} })
    client.say({ id: 2, method: 'slow' })
    client.say({ id: 3, method: 'echo' })
    expect(await client.hear()).toMatchObject({ id: 3 })

    await first.close()
    expect(await client.hear()).toMatchObject({
      id: 1,
      result: { isError: true, structuredContent: { saved: false, code: 'companion_restarted' } },
    })
    expect(await client.hear()).toMatchObject({ id: 2, error: { data: { code: 'companion_restarted' } } })

    const heard: string[] = []
    await startCompanion(machine, heard)
    client.say({ id: 4, method: 'echo' })
    expect(await client.hear()).toMatchObject({ id: 4, result: { method: 'echo' } })
    expect(heard.map((line) => request.parse(JSON.parse(line)).method)).toEqual([
      'initialize',
      'notifications/initialized',
      'echo',
    ])
    client.leave()
    expect(await client.code).toBe(0)
  })

  it('answers the client, and ends with 1, when its token was revoked meanwhile', async () => {
    const machine = withToken('good')
    const first = await startCompanion(machine)
    const client = startRelay(machine)
    await introduce(client)
    client.say({ id: 3, method: 'slow' })
    await first.close()
    expect(await client.hear()).toMatchObject({ id: 3 })
    await startCompanion(machine, [], [])
    client.say({ id: 4, method: 'tools/call', params: {} })
    expect(await client.hear()).toMatchObject({ id: 4, result: { structuredContent: { code: 'unauthorized' } } })
    expect(await client.code).toBe(1)
    expect(client.complaints).toHaveLength(1)
  })

  it.each(['', 'bad'])('ends with 1 before a word for the token "%s"', async (token) => {
    const machine = withToken(token)
    await startCompanion(machine)
    const client = startRelay(machine)
    expect(await client.code).toBe(1)
    expect(client.complaints).toHaveLength(1)
  })
})
