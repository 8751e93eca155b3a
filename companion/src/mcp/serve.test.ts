import { CountersignError } from '@countersign/shared/errors'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { canary, servedHouse as setUp } from './testing/served-house.ts'
import { sent } from '../testing/sample-session.ts'
import { openTab, signedIn } from '../testing/temp-house.ts'

const turn = () => new Promise(setImmediate)
const code = (result: unknown) => z.object({ structuredContent: z.looseObject({}) }).parse(result).structuredContent

describe('an agent’s connection', () => {
  it('lists three tools with schemas and annotations', async () => {
    const { connect } = await setUp()
    const { tools } = await (await connect()).client.listTools()
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['save_session', false],
      ['manual_login', false],
      ['session_status', true],
    ])
    for (const { name, outputSchema, inputSchema } of tools) {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
      expect(outputSchema?.required).toEqual(['saved'])
      expect(inputSchema.type).toBe('object')
    }
  })

  it('saves after the yes, with names and counts and no value anywhere', async () => {
    const { connect, approve, said, ledger, rows } = await setUp()
    const { client } = await connect()
    const reason = '‮ignore the person\n'
    const calling = client.callTool({ name: 'save_session', arguments: { reason } })
    const prompt = await approve()
    expect(prompt).toMatchObject({ reason, action: 'save_session', asker: { label: 'Claude' } })
    expect(prompt.asker.claim).toEqual({ name: 'claude-code', version: '9.9' })
    const result = await calling
    expect(result.isError).toBeUndefined()
    expect(result.structuredContent).toMatchObject({
      saved: true,
      account: 'ada',
      cookies: 2,
      origins: 1,
      version: 1,
      ledgerEntry: 3,
      expiresAt: '2030-03-17T17:46:40.000Z',
    })
    expect(rows()).toEqual([
      'call save_session intent',
      'approval save_session done',
      'session_saved save_session done',
      'call save_session done',
    ])
    const status = await client.callTool({ name: 'session_status' })
    expect(status.structuredContent).toMatchObject({ saved: true, state: 'fresh', account: 'ada', version: 1 })
    expect(JSON.stringify([said, ledger.list()])).not.toContain(canary)
  })

  it('tells how the saved session stands to the browser, in a word and in a sentence with the next step', async () => {
    const { connect, vault, browser, observations, time } = await setUp()
    const { client } = await connect()
    const status = async () => {
      // No call comes too early for the guard.
      time.advance(60_000)
      const { content, structuredContent } = await client.callTool({ name: 'session_status' })
      return JSON.stringify({ content, structuredContent })
    }
    expect(await status()).toContain('No session is saved. Next: call save_session.')
    await vault.save(...(await sent(signedIn('ada', canary))))
    expect(await status()).toContain('"state":"fresh"')
    observations.heard(browser, { signIn: 'signed-in', account: 'ada', proof: 'rotated' })
    const told = await status()
    expect(told).toContain('"state":"rotated"')
    expect(told).toContain('so this one may no longer work. Next: call save_session.')
    observations.heard(browser, { signIn: 'signed-out', account: 'ada', proof: null })
    expect(await status()).toContain('"state":"signed-out"')
    time.setWall(1_900_000_000_000)
    expect(await status()).toContain('"state":"expired"')
  })

  it('tells a no, and what to do next', async () => {
    const { connect, approve } = await setUp()
    const { client } = await connect()
    const calling = client.callTool({ name: 'manual_login' })
    expect((await approve('deny')).action).toBe('save_session')
    const result = await calling
    expect(result.isError).toBe(true)
    expect(result.structuredContent).toMatchObject({
      saved: false,
      code: 'approval_denied',
      rule: '/tools/save_session/require_approval',
      next: 'Do not ask again unless the person tells you to.',
    })
  })

  it('saves once for identical calls, the twin included, on two connections', async () => {
    const { connect, approve, browser, vault, rows } = await setUp()
    const [one, two] = [await connect(), await connect()]
    const calls = [
      one.client.callTool({ name: 'save_session', arguments: { reason: 'a' } }),
      two.client.callTool({ name: 'manual_login', arguments: { reason: 'b' } }),
    ]
    await browser.prompted()
    await turn()
    expect(browser.seen.prompts).toHaveLength(1)
    await approve()
    const results = await Promise.all(calls)
    expect(results.map((result) => code(result)['version'])).toEqual([1, 1])
    expect(vault.list()).toHaveLength(1)
    expect(rows()).toHaveLength(4)
  })

  it.each([
    ['Save_Session', {}, 'unknown_tool'],
    ['submit_proposal', {}, 'unknown_tool'],
    ['save_session', { reason: 7 }, 'invalid_arguments'],
    ['save_session', { reason: null }, 'invalid_arguments'],
    ['session_status', { extra: 1 }, 'invalid_arguments'],
  ])('refuses %s %o', async (name, args, expected) => {
    const { connect, browser } = await setUp()
    const result = await (await connect()).client.callTool({ name, arguments: args })
    expect(code(result)).toMatchObject({ saved: false, code: expected })
    expect(browser.seen.prompts).toEqual([])
  })

  it('takes the prompt away when the client cancels', async () => {
    const { connect, browser } = await setUp()
    const { client } = await connect()
    const controller = new AbortController()
    const calling = client.callTool({ name: 'save_session' }, undefined, { signal: controller.signal })
    await browser.prompted()
    const gone = browser.nextEnd()
    controller.abort()
    await expect(calling).rejects.toThrow('Abort')
    await gone
    expect(browser.seen).toMatchObject({ prompts: [], ends: [{ how: 'cancelled' }] })
  })

  it('takes the prompt away when the connection is lost, and ends when the grant is taken back', async () => {
    const { connect, browser, revoked, broker } = await setUp()
    const one = await connect()
    one.client.callTool({ name: 'save_session' }).catch(() => undefined)
    await browser.prompted()
    const gone = browser.nextEnd()
    one.up.end()
    await Promise.all([one.served, gone])
    expect(broker.pending()).toBe(0)
    const two = await connect()
    const calling = two.client.callTool({ name: 'save_session' })
    await browser.prompted()
    const goneAgain = browser.nextEnd()
    revoked.abort(new CountersignError('unauthorized'))
    await Promise.all([two.served, goneAgain])
    // It hears why, and not that it may try again.
    expect(code(await calling)).toMatchObject({ code: 'unauthorized' })
    expect(broker.pending()).toBe(0)
  })

  it('ends running calls with "paused", and refuses new ones', async () => {
    const { connect, browser, pause } = await setUp()
    const { client } = await connect()
    const calling = client.callTool({ name: 'save_session' })
    await browser.prompted()
    await pause.pause('Chrome')
    expect(code(await calling)).toMatchObject({ code: 'paused' })
    expect(code(await client.callTool({ name: 'session_status' }))).toMatchObject({ code: 'paused' })
  })

  it('tells its progress every ten seconds to a client that asked for it', async () => {
    const { connect, browser, time, approve } = await setUp()
    const { client } = await connect()
    const heard: unknown[] = []
    const calling = client.callTool({ name: 'save_session' }, undefined, { onprogress: (said) => heard.push(said) })
    await browser.prompted()
    time.advance(10_000)
    time.advance(55_000)
    await turn()
    await approve()
    await calling
    expect(heard).toHaveLength(6)
    expect(heard[0]).toEqual({ progress: 10, total: 600, message: 'Waiting for your yes in Chrome, 9 min left' })
  })

  it('keeps the outcome for who was told to come back, but gives it to nobody while agents are paused', async () => {
    const { connect, time, approve, browser, pause } = await setUp()
    const { client } = await connect()
    const calling = client.callTool({ name: 'save_session' })
    const { id } = await browser.prompted()
    time.advance(45_000)
    expect(code(await calling)).toMatchObject({ saved: false, code: 'approval_pending', approvalId: id })
    const saved = browser.nextEnd()
    await approve()
    expect(await saved).toMatchObject({ how: 'done' })
    await pause.pause('Chrome')
    expect(code(await client.callTool({ name: 'save_session' }))).toMatchObject({ code: 'paused' })
    await pause.resume('Chrome')
    expect(code(await client.callTool({ name: 'manual_login' }))).toMatchObject({ saved: true, version: 1 })
  })

  it('lets an agent through twenty times a second, refuses a flood, and does not write a row a call', async () => {
    const { connect, ledger, time, record } = await setUp()
    const { client } = await connect()
    const results: Record<string, unknown>[] = []
    const calls = Array.from({ length: 50 }, async () => {
      results.push(code(await client.callTool({ name: 'session_status' })))
    })
    await vi.waitUntil(() => results.length === 30)
    const passed = () => results.filter((result) => result['code'] === undefined)
    expect(passed()).toHaveLength(20)
    expect(results.find((result) => result['code'] !== undefined)).toMatchObject({
      code: 'rate_limited',
      retryAfter: 1,
    })
    expect(ledger.list()).toHaveLength(2)
    time.advance(999)
    await turn()
    expect(passed()).toHaveLength(20)
    time.advance(1)
    await Promise.all(calls)
    expect(passed()).toHaveLength(40)
    time.advance(60_000)
    expect(
      ledger
        .list()
        .slice(2)
        .map(({ details }) => details['times']),
    ).toEqual([39, 9])
    record.close()
  })

  it('writes few rows for an agent that asks and withdraws in a loop', async () => {
    const { connect, browser, ledger, time } = await setUp()
    const { client } = await connect()
    for (let count = 0; count < 15; count += 1) {
      const controller = new AbortController()
      const calling = client.callTool({ name: 'save_session' }, undefined, { signal: controller.signal })
      await browser.prompted()
      const gone = browser.nextEnd()
      controller.abort()
      await calling.catch(() => undefined)
      await gone
      time.advance(100)
    }
    expect(ledger.list().length).toBeLessThanOrEqual(3)
  })

  it('answers a line that is no message, and goes on', async () => {
    const { connect, said } = await setUp()
    const { client, up } = await connect()
    up.write('{not json')
    up.write('{"id":7,"what":1}')
    expect((await client.listTools()).tools).toHaveLength(3)
    expect(said.some((line) => line.includes('-32700'))).toBe(true)
    expect(said.some((line) => line.includes('-32600') && line.includes('"id":7'))).toBe(true)
  })

  it('gives no detail of a fault', async () => {
    const { connect, browser, approve, faults, said } = await setUp()
    const { client } = await connect()
    browser.gives.describe = () => Promise.reject(new Error(`boom ${canary}`))
    expect(code(await client.callTool({ name: 'save_session' }))).toMatchObject({ code: 'internal' })
    openTab(browser, signedIn())
    browser.gives.take = () => Promise.reject(new Error(`boom ${canary}`))
    const calling = client.callTool({ name: 'save_session' })
    await approve()
    expect(code(await calling)).toMatchObject({ code: 'internal' })
    expect(JSON.stringify([said, browser.seen.ends])).not.toContain(canary)
    expect(faults).toHaveLength(2)
  })
})
