import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, type Agent, type Answer } from '../support/agent.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { ledgerRows } from '../support/ledger.ts'
import { beginPairing, offer } from '../support/pairing.ts'
import { acceptPolicy, explainTool, policyOf, proposePolicy, whenProposed } from '../support/policy.ts'
import { statusOf } from '../support/status.ts'
import { until, within } from '../support/until.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'
import { openWorld } from '../support/world.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

// policy.json is what somebody proposes; an agent with a shell may have written it. In force is what the person accepted.

const limits = [{ counter: 'save_session_rate', window: 'minute', max: 30, scope: 'grant' }]
const readable = { session_status: {} }
/** What other gateways recommend, word for word. */
const snippet = { version: '1', default: 'deny', tools: { save_session: { limits } } }
const asking = {
  version: '1',
  default: 'deny',
  tools: { save_session: { require_approval: true, limits }, ...readable },
}
const granted = z.object({ token: z.string() })

describe('policy.json', () => {
  let companion: Companion
  let ada: WireBrowser
  let line: Line
  beforeAll(async () => {
    companion = await createCompanion()
    await companion.start()
  })
  afterAll(() => companion.close())

  const restart = async (): Promise<void> => {
    await companion.stop()
    await companion.start()
    line = await ada.connect(companion.port)
    await line.hello()
  }
  const grant = async (label: string): Promise<string> => {
    await using command = companion.begin(['agents', 'add', label, '--json'])
    await line.approve(`add agent ${label}`)
    return (await command.line(granted)).token
  }
  const accept = (policy: unknown) => acceptPolicy(companion, line, policy)

  test('that only closes takes effect at once, with no browser paired; what opens that again waits', async () => {
    const text = await proposePolicy(companion, { ...asking, hide: ['save_session'] })
    expect(await whenProposed(companion, 'in-force')).toMatchObject({ number: 0, how: 'closed', text })
    expect(await explainTool(companion, 'manual_login')).toMatchObject({ decision: 'deny', rule: '(hidden)' })
    await proposePolicy(companion, asking, { inPlace: true })
    const held = await whenProposed(companion, 'held')
    expect(held).toMatchObject({
      how: 'closed',
      text,
      proposal: { opens: [matching(expect.stringContaining('save_session'))] },
    })
    expect(await explainTool(companion, 'save_session')).toMatchObject({ decision: 'deny', rule: '(hidden)' })
  })

  test('waits for a browser that is paired later, and is in force after her yes', async () => {
    ada = await createWireBrowser('Ada')
    await using pairing = await beginPairing(companion)
    line = await ada.pair(pairing.code)
    await line.hello()
    await pairing.paired()
    const prompt = await line.asked('accept policy')
    expect(prompt).toMatchObject({
      asker: { kind: 'terminal', claim: null },
      deadline: null,
      subject: {
        kind: 'accept-policy',
        opens: [matching(expect.stringContaining('save_session'))],
        withoutAsking: null,
      },
    })
    await line.answer(prompt)
    await until('it is in force', async () => (await policyOf(companion)).number === 1)
    expect(await explainTool(companion, 'save_session')).toMatchObject({ decision: 'ask' })
    const rows = (await ledgerRows(companion)).map(({ kind, tool }) => [kind, tool])
    expect(rows.slice(-2)).toEqual([
      ['approval', 'accept policy'],
      ['policy', null],
    ])
  })

  test('as other gateways recommend it: says that save_session would not ask, and opens nothing before her yes', async () => {
    const text = await proposePolicy(companion, snippet)
    const prompt = await line.asked('accept policy')
    expect(prompt.subject).toMatchObject({
      opens: matching(expect.arrayContaining(['save_session will run without asking you.'])),
      text,
      withoutAsking: { tools: ['save_session'], accounts: [] },
    })
    expect(await policyOf(companion)).toMatchObject({ number: 1, proposal: { state: 'waiting' } })
    expect(await explainTool(companion, 'save_session')).toMatchObject({ decision: 'ask' })
    await line.answer(prompt)
    await until('it is in force', async () => (await policyOf(companion)).text === text)
    expect(await explainTool(companion, 'save_session')).toEqual({
      decision: 'allow',
      rule: '/tools/save_session',
      limits: ['at most 30 times a minute for each agent (/tools/save_session/limits/0)'],
      reason: matching(expect.any(String)),
    })
    expect(await explainTool(companion, 'send_message')).toMatchObject({ decision: 'deny', rule: '(default deny)' })
    await using agent = await connectAgent(companion, await grant('Job scout'))
    expect((await agent.call('session_status')).structuredContent).toMatchObject({
      code: 'policy_denied',
      rule: '(default deny)',
    })
  })

  test('keeps asking where she chose that instead, and is not asked about again', async () => {
    await accept(asking)
    await proposePolicy(companion, snippet)
    const prompt = await line.asked('accept policy')
    if (prompt.subject.kind !== 'accept-policy' || prompt.subject.withoutAsking === null) {
      throw new Error('It does not offer to keep asking.')
    }
    await line.answer(prompt, { args: prompt.subject.withoutAsking.keepAsking })
    const held = await whenProposed(companion, 'in-force')
    expect(JSON.parse(held.text)).toEqual({
      ...snippet,
      tools: { save_session: { ...snippet.tools.save_session, require_approval: true } },
    })
    await restart()
    expect(await policyOf(companion)).toMatchObject({ number: held.number, proposal: { state: 'in-force' } })
    expect(await explainTool(companion, 'save_session')).toMatchObject({ decision: 'ask' })
    expect(line.shown()).toEqual([])
  })

  test('that she denied changes nothing, and is not asked about again by a restart', async () => {
    const before = await policyOf(companion)
    await proposePolicy(companion, { ...snippet, default: 'allow' })
    await line.answer(await line.asked('accept policy'), { answer: 'deny' })
    expect(await whenProposed(companion, 'denied')).toMatchObject({ number: before.number, text: before.text })
    await restart()
    expect(await policyOf(companion)).toMatchObject({ text: before.text, proposal: { state: 'denied' } })
    expect(line.shown()).toEqual([])
  })

  test('that is newer takes the place of the older, whose answer counts no more', async () => {
    await proposePolicy(companion, { ...snippet, default: 'ask' })
    const older = await line.asked('accept policy')
    const newer = await proposePolicy(companion, asking)
    const prompt = await until('the newer is asked', () =>
      line.shown().find(({ subject }) => subject.kind === 'accept-policy' && subject.text === newer),
    )
    expect(line.shown()).toHaveLength(1)
    await expect(line.answer(older)).rejects.toThrow('approval_stale')
    await line.answer(prompt)
    await until('it is in force', async () => (await policyOf(companion)).text === newer)
  })

  test('that has mistakes changes nothing, and status tells how many', async () => {
    const { text, number } = await policyOf(companion)
    await proposePolicy(companion, '{"version":"2","default":"Deny"}')
    const told = await whenProposed(companion, 'invalid')
    expect(told).toMatchObject({ text, number, proposal: { problems: [{ path: '/version' }, { path: '/default' }] } })
    expect((await statusOf(companion)).alarms).toEqual(['policy_invalid'])
    const { stdout } = await companion.run(['status'])
    expect(stdout).toContain(`policy.json has 2 mistakes and changes nothing: policy ${number} stays in force.`)
    await proposePolicy(companion, text)
    await whenProposed(companion, 'in-force')
    expect((await statusOf(companion)).alarms).toEqual([])
  })

  test('in force lets nothing but reads run after a start, until a browser that remembers has connected', async () => {
    await accept({ ...snippet, tools: { ...snippet.tools, ...readable } })
    const token = await grant('Early bird')
    await companion.stop()
    await companion.start()
    await using agent = await connectAgent(companion, token)
    expect((await agent.call('session_status')).isError).toBe(false)
    expect((await agent.call('save_session')).structuredContent).toMatchObject({ code: 'browser_not_connected' })
    line = await ada.connect(companion.port)
    await line.hello()
  })

  test('that a command proposed goes with the command, question and all', async () => {
    const command = companion.begin(['policy', 'history', '--propose', '2', '--json'])
    const prompt = await line.asked('accept policy')
    expect(prompt.asker).toMatchObject({ kind: 'terminal', claim: { pid: matching(expect.any(Number)) } })
    command.signal('SIGINT')
    await command.ended
    await until('the question is gone', () => line.shown().length === 0)
    await expect(line.answer(prompt)).rejects.toThrow('approval_stale')
  })

  test('changed fifty times under load: each call is decided by one whole policy, and never by an older one', async () => {
    const tokens = [await grant('One'), await grant('Two'), await grant('Three')]
    const agents = await Promise.all(tokens.map((token) => connectAgent(companion, token)))
    // A policy says its number twice: by which of two rules it denies, and in the reason.
    const numbered = (number: number) => {
      const reason = `Policy ${number}.`
      const rule = number % 2 === 0 ? { action: 'deny', reason } : { deny_if: [{ conditions: [], on_deny: reason }] }
      return { version: '1', default: 'deny', tools: { session_status: rule } }
    }
    await accept(numbered(0))
    const over = new AbortController()
    const seen = agents.map(async (agent) => {
      const numbers: number[] = []
      while (!over.signal.aborted) {
        const number = numberIn(await agent.call('session_status'))
        if (number !== undefined) numbers.push(number)
      }
      return numbers
    })
    for (let number = 1; number <= 50; number += 1) {
      await proposePolicy(companion, numbered(number))
      await line.approve('accept policy')
    }
    await until('the last is in force', async () => (await policyOf(companion)).text.includes('Policy 50.'))
    over.abort()
    for (const numbers of await within(30, 'the ends of the calls', Promise.all(seen))) {
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      expect(new Set(numbers).size).toBeGreaterThan(5)
    }
    await Promise.all(agents.map((agent) => agent.close()))
    expect(companion.log()).toBe('')
  })

  test('that was accepted goes with a reset, and the shipped default is in force again', async () => {
    await proposePolicy(companion, { ...snippet, hide: ['save_session'] })
    await line.approve('accept policy')
    await using command = companion.begin(['pair', '--reset', '--json'])
    await command.line(offer)
    expect(await policyOf(companion)).toMatchObject({ number: 0, how: 'default' })
    expect((await companion.run(['policy', 'history', '--json'])).stdout.trim().split('\n')).toHaveLength(1)
    await companion.stop()
    await companion.start()
    expect(await policyOf(companion)).toMatchObject({ number: 0, how: 'default', proposal: { state: 'held' } })
    expect((await statusOf(companion)).alarms).toEqual([])
  })
})

/** By which policy a call was denied; undefined for one that the guard held back. Its rule and its reason have to agree. */
const numberIn = ({ structuredContent }: Answer): number | undefined => {
  const { code, rule, reason } = z
    .looseObject({ code: z.string(), rule: z.string(), reason: z.string() })
    .parse(structuredContent)
  if (code === 'rate_limited' && rule === '(20 calls a second)') return undefined
  const number = Number(/^Policy (\d+)\.$/.exec(reason)?.[1])
  expect([code, rule]).toEqual([
    'policy_denied',
    number % 2 === 0 ? '/tools/session_status/action' : '/tools/session_status/deny_if/0',
  ])
  return number
}

describe('a call that waits for her', () => {
  test('ends as soon as policy.json closes its tool, with the rule, and its prompt goes', async () => {
    await using world = await openWorld()
    await world.signIn('example-freelancer')
    await world.pair()
    const agent: Agent = await world.addAgent('Job scout')
    const asked = agent.call('save_session')
    await using popup = await world.extension.prompt()
    await popup.question('Job scout', 'save_session')
    await proposePolicy(world.companion, { ...asking, hide: ['save_session'] })
    const { structuredContent } = await within(5, 'the refusal', asked)
    expect(structuredContent).toMatchObject({ saved: false, code: 'policy_denied', rule: '(hidden)' })
    await until('the prompt is gone', async () => (await popup.find('article')) === undefined)
    expect((await agent.call('manual_login')).structuredContent).toMatchObject({ code: 'policy_denied' })
  })
})
