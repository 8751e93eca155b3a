import { randomUUID } from 'node:crypto'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { onTestFinished } from 'vitest'
import { describeSaves } from '../../access/save-subjects.ts'
import { createCallGuard } from '../call-guard.ts'
import { createCallRecord } from '../call-record.ts'
import { createDoor } from '../door.ts'
import { createServeAgent } from '../serve.ts'
import { createTools } from '../tools.ts'
import { shippedDefault } from '../../policy/shipped-default.ts'
import { createPipe } from '../../testing/pipe.ts'
import { policyToChange } from '../../testing/policy-to-change.ts'
import { openTab, signedIn, tempHouse } from '../../testing/temp-house.ts'

export const canary = 'canary-51c0de'

/** The house with its door open for agents over lines, and with clients of the SDK to come in by it. */
export const servedHouse = async (hide: PolicyFile['hide'] = []) => {
  const house = await tempHouse({ ...shippedDefault, hide })
  const policy = policyToChange(hide)
  const { asks, authorize, browser, calls, gate, ledger, observations, pinnedTo, saves, time, vault } = house
  const faults: unknown[] = []
  const tools = createTools({
    saves,
    vault,
    observations,
    pinnedTo,
    time,
    describeSaves: describeSaves(vault, pinnedTo),
  })
  const record = createCallRecord({ ledger, time })
  const onFault = (thrown: unknown) => void faults.push(thrown)
  const guard = createCallGuard(time)
  const parts = { tools, guard, authorize, calls, record, gate, asks, pinnedTo, time }
  const door = createDoor({ ...parts, patience: 600, onFault })
  const { hidden } = policy
  const serve = createServeAgent({ tools, hidden, door, version: '0.0.0', newId: randomUUID })
  openTab(browser, signedIn('ada', canary))

  const said: string[] = []
  const revoked = new AbortController()
  let room: Promise<void> | undefined
  /** No client reads on until what this gives is called. */
  const stalled = () => {
    let goOn: () => void = () => undefined
    room = new Promise((resolve) => {
      goOn = resolve
    })
    return goOn
  }
  const connectRaw = () => {
    const [up, down] = [createPipe(), createPipe()]
    const ends = new AbortController()
    const served = serve({
      grant: { id: 'g1', label: 'Claude', revoked: revoked.signal },
      input: up.read(),
      output: (line) => {
        said.push(line)
        down.write(line)
        return room
      },
      signal: ends.signal,
    }).finally(down.end)
    return { up, down, ends, served }
  }
  const connect = async () => {
    const { up, down, ends, served } = connectRaw()
    const transport: Transport = {
      start: async () => {
        void (async () => {
          for await (const line of down.read()) transport.onmessage?.(JSONRPCMessageSchema.parse(JSON.parse(line)))
          transport.onclose?.()
        })()
      },
      send: async (message) => up.write(JSON.stringify(message)),
      close: async () => up.end(),
    }
    const client = new Client({ name: 'claude-code', version: '9.9' })
    await client.connect(transport)
    onTestFinished(() => client.close())
    return { client, up, ends, served }
  }
  const approve = async (answer: 'approve' | 'deny' = 'approve') => {
    const prompt = await browser.prompted()
    await house.broker.answer(browser, await browser.sign(prompt, answer))
    return prompt
  }
  return { ...house, policy, connect, connectRaw, stalled, approve, said, revoked, record, faults }
}
