import { expect, test, vi } from 'vitest'
import { servedHouse as setUp } from './testing/served-house.ts'

const turn = () => new Promise(setImmediate)

test('refuses a second request with the id of one that runs, and the first gets its answer', async () => {
  const { connect, browser, approve, said } = await setUp()
  const { up } = await connect()
  const request = (method: string, params = {}) => up.write(JSON.stringify({ jsonrpc: '2.0', id: 77, method, params }))
  const heard = () => said.filter((line) => line.includes('"id":77'))
  request('tools/call', { name: 'save_session' })
  await browser.prompted()
  request('tools/call', { name: 'session_status' })
  request('ping')
  await turn()
  expect(said.filter((line) => line.includes('-32600'))).toHaveLength(2)
  expect(heard()).toEqual([])
  await approve()
  await vi.waitFor(() => expect(heard()).toHaveLength(1))
  expect(JSON.parse(heard()[0] ?? '')).toMatchObject({ result: { structuredContent: { saved: true, version: 1 } } })
  // Once it is answered, it is for the client to say what it calls the next.
  request('ping')
  await vi.waitFor(() => expect(heard()).toHaveLength(2))
})

test('takes a call that was cancelled for one that runs no longer, and only one that was', async () => {
  const { connect, browser, said } = await setUp()
  const { up } = await connect()
  const callAndCancel = async (id: number) => {
    up.write(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'save_session' } }))
    await browser.prompted()
    up.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } }))
  }
  const ping = async (id: number) => {
    up.write(JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }))
    await turn()
    return said.some((line) => line.includes(`"id":${id}`) && line.includes('"result":{}'))
  }
  const gone = browser.nextEnd()
  await callAndCancel(77)
  await gone
  expect(await ping(77)).toBe(true)
  // To the SDK a 0 is no id here, and that call goes on.
  await callAndCancel(0)
  expect(await ping(0)).toBe(false)
  expect(said.filter((line) => line.includes('-32600'))).toHaveLength(1)
})
