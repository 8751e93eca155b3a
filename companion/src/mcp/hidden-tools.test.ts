import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { describe, expect, it, vi } from 'vitest'
import { servedHouse } from './testing/served-house.ts'

const namesFor = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name)
const counted = (client: Client) => {
  const told = vi.fn<() => void>()
  client.setNotificationHandler(ToolListChangedNotificationSchema, told)
  return told
}

describe('a tool that the policy hides', () => {
  it('is not listed, and neither is its second name', async () => {
    const { connect, policy } = await servedHouse(['save_session'])
    const { client } = await connect()
    expect(await namesFor(client)).toEqual(['session_status'])
    policy.hide(['manual_login', 'session_status'])
    expect(await namesFor(client)).toEqual([])
    policy.hide('*')
    expect(await namesFor(client)).toEqual([])
    policy.hide(['Save_Session', 'no_such_tool'])
    expect(await namesFor(client)).toEqual(['save_session', 'manual_login', 'session_status'])
  })

  it.each([
    ['save_session', 'policy_denied', '(hidden)'],
    ['manual_login', 'policy_denied', '(hidden)'],
    ['Save_Session', 'unknown_tool', '(default deny)'],
  ])('is denied when it is called all the same: %s', async (name, code, rule) => {
    const { connect, browser } = await servedHouse(['manual_login'])
    const { client } = await connect()
    expect(await client.callTool({ name })).toMatchObject({ isError: true, structuredContent: { code, rule } })
    expect(browser.seen.prompts).toEqual([])
  })
})

describe('a client', () => {
  it('is told when its list changes, and only then', async () => {
    const { connect, policy } = await servedHouse()
    const [one, other] = [await connect(), await connect()]
    const told = [counted(one.client), counted(other.client)]
    expect(one.client.getServerCapabilities()?.tools).toEqual({ listChanged: true })
    for (const hide of [['manual_login'], ['save_session'], ['save_session', 'no_such_tool'], []]) {
      policy.hide(hide)
      // Whatever is told is told before this is answered.
      await Promise.all([one.client.ping(), other.client.ping()])
    }
    expect(told.map((each) => each.mock.calls.length)).toEqual([2, 2])
    expect(await namesFor(one.client)).toContain('save_session')
  })

  it('is told no more when it has gone', async () => {
    const { connect, policy } = await servedHouse()
    const one = await connect()
    const other = await connect()
    await Promise.all([one.client.ping(), other.client.ping()])
    expect(policy.listeners()).toBe(2)
    one.up.end()
    await one.served
    expect(policy.listeners()).toBe(1)
    other.ends.abort()
    await other.served
    expect(policy.listeners()).toBe(0)
  })

  it('is told nothing before it has said that it is ready, and then of what it missed', async () => {
    const { connectRaw, policy, said } = await servedHouse()
    const { up } = connectRaw()
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } }
    up.write(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }))
    await vi.waitFor(() => expect(said).toHaveLength(1))
    policy.hide('*')
    up.write(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' }))
    await vi.waitFor(() => expect(said).toHaveLength(2))
    expect(said.join()).not.toContain('list_changed')
    up.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
    await vi.waitFor(() => expect(said).toHaveLength(3))
    expect(said[2]).toContain('notifications/tools/list_changed')
  })

  it('that reads nothing is owed one word, however often its list changes', async () => {
    const { connectRaw, policy, said, stalled } = await servedHouse()
    const { up } = connectRaw()
    up.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
    await vi.waitFor(() => expect(policy.listeners()).toBe(1))
    const goOn = stalled()
    for (let round = 0; round < 100; round += 1) policy.hide(round % 2 === 0 ? '*' : ['manual_login'])
    await new Promise(setImmediate)
    expect(said).toHaveLength(1)
    goOn()
    await vi.waitFor(() => expect(said).toHaveLength(2))
  })
})
