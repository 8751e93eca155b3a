import { statSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { CountersignError } from '@countersign/shared/errors'
import { deferred } from '@countersign/shared/deferred'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import type { Machine } from '../machine.ts'
import { openStateFolder } from '../state-folder.ts'
import { tempMachine } from '../testing/temp-folder.ts'
import { callCompanion } from './client.ts'
import { prepareControlPath } from './control-path.ts'
import { dialCompanion } from './dial.ts'
import { handler, type Handler } from './handler.ts'
import { readLines, untilGone } from './lines.ts'
import { listenForControl } from './server.ts'

const claim = { program: 'sh', parent: 'init', pid: 7, folder: '/' }

const listening = async (handlers: readonly Handler[]) => {
  const machine = tempMachine()
  const path = prepareControlPath(openStateFolder(machine), machine)
  const faults: unknown[] = []
  const server = await listenForControl({
    path,
    windows: machine.platform === 'win32',
    handlers,
    serveRelay: () => Promise.reject(new CountersignError('unauthorized')),
    onFault: (thrown) => faults.push(thrown),
  })
  onTestFinished(() => server.close())
  return { machine, path, server, faults }
}

const dialled = async (machine: Machine): Promise<Socket> => {
  const socket = await dialCompanion(machine)
  if (socket === undefined) throw new Error('Nothing listens')
  return socket
}

const call = async (machine: Machine, command: string, params: unknown, signal = new AbortController().signal) => {
  const events: unknown[] = []
  const result = callCompanion(await dialled(machine), {
    command,
    params,
    claim,
    signal,
    result: z.unknown(),
    onEvent: (said) => events.push(said),
  })
  return { result: await result, events }
}

const count = handler({
  name: 'count',
  params: z.strictObject({ to: z.int() }),
  run({ to }, { event, claim }) {
    for (let step = 1; step <= to; step += 1) event(step)
    return Promise.resolve({ to, from: claim.program })
  },
})

describe('a command', () => {
  it('is answered with its events and its end, and knows who called it', async () => {
    const { machine } = await listening([count])
    expect(await call(machine, 'count', { to: 2 })).toEqual({ events: [1, 2], result: { to: 2, from: 'sh' } })
  })

  it('is refused with a code when it fails, does not fit or is not known', async () => {
    const fails = handler({
      name: 'fail',
      params: z.unknown(),
      run: () => Promise.reject(new CountersignError('not_paired')),
    })
    const { machine, faults } = await listening([count, fails])
    await expect(call(machine, 'fail', null)).rejects.toMatchObject({ code: 'not_paired' })
    await expect(call(machine, 'count', { to: 'two' })).rejects.toMatchObject({ code: 'invalid_arguments' })
    await expect(call(machine, 'other', null)).rejects.toMatchObject({ code: 'frame_malformed' })
    expect(faults).toEqual([])
  })

  it('hides what went wrong in a fault of ours, and logs it', async () => {
    const breaks = handler({ name: 'break', params: z.unknown(), run: () => Promise.reject(new Error('a secret')) })
    const { machine, faults } = await listening([breaks])
    const thrown: unknown = await call(machine, 'break', null).catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'internal' })
    expect(String(thrown)).not.toContain('a secret')
    expect(faults).toHaveLength(1)
  })

  it('is aborted when its caller goes away', async () => {
    const started = deferred<void>()
    const aborted = deferred<void>()
    const waits = handler({
      name: 'wait',
      params: z.unknown(),
      run: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => aborted.resolve())
          started.resolve()
        }),
    })
    const { machine } = await listening([waits])
    const caller = new AbortController()
    const calling = call(machine, 'wait', null, caller.signal).catch((error: unknown) => error)
    await started.promise
    caller.abort()
    await aborted.promise
    expect(await calling).toMatchObject({ code: 'cancelled' })
  })
})

describe('the control socket', () => {
  it.skipIf(process.platform === 'win32')("is this user's alone", async () => {
    const { path } = await listening([])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('takes the place that a killed companion left', async () => {
    const machine = tempMachine()
    const path = prepareControlPath(openStateFolder(machine), machine)
    writeFileSync(path, '')
    expect(await dialCompanion(machine)).toBeUndefined()
    const deps = {
      path,
      windows: false,
      handlers: [count],
      serveRelay: () => Promise.resolve(),
      onFault: () => undefined,
    }
    const server = await listenForControl(deps)
    onTestFinished(() => server.close())
    expect((await call(machine, 'count', { to: 0 })).result).toEqual({ to: 0, from: 'sh' })
  })

  it.each(['no json', '{}', '{"mcp":{"token":7}}', '{"command":"count","params":{"to":1}}'])(
    'refuses a first line like %s',
    async (line) => {
      const { machine } = await listening([count])
      const socket = await dialled(machine)
      socket.write(`${line}\n`)
      const said = []
      for await (const line of readLines(socket)) said.push(line)
      expect(said).toEqual([expect.stringContaining('"code":"frame_malformed"')])
    },
  )

  it('does not read a long first line of somebody without a token to its end', async () => {
    const { machine } = await listening([count])
    const socket = await dialled(machine)
    socket.write(`${'x'.repeat(128 * 1024)}\n`)
    const said: string[] = []
    for await (const line of untilGone(readLines(socket))) said.push(line)
    expect(said).toEqual([])
  })

  it('closes although a command does not end', async () => {
    const started = deferred<void>()
    const stubborn = handler({
      name: 'stay',
      params: z.unknown(),
      run: () => {
        started.resolve()
        return new Promise(() => undefined)
      },
    })
    const { machine, server } = await listening([stubborn])
    const calling = call(machine, 'stay', null).catch((error: unknown) => error)
    await started.promise
    await server.close()
    expect(await calling).toMatchObject({ code: 'peer_closed' })
  })
})
