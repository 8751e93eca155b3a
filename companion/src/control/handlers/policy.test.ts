import { describe, expect, it } from 'vitest'
import { createPolicyInForce } from '../../policy/in-force.ts'
import { policyText } from '../../testing/accepted-house.ts'
import { claim, proposalHouse } from '../../testing/proposal-house.ts'
import { policyExplained, policyHistory, policyProposed, policyShown } from '../policy-answers.ts'
import { policyHandlers } from './policy.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

const search = policyText({ tools: { search_jobs: { rate_limit: '3/minute' } } })

const setUp = async () => {
  const house = await proposalHouse()
  const { policies, proposals } = await house.start()
  const handlers = policyHandlers({
    accepted: policies,
    inForce: createPolicyInForce(policies),
    proposals,
    grants: {
      list: () => [
        { id: 'g1', label: 'Job scout', account: null, addedAt: '2026-11-22T12:00:00.000Z', lastSeen: null },
      ],
    },
    path: '/state/policy.json',
  })
  /** As it comes out at the other end of the control socket. */
  const ask = async (name: string, params: object): Promise<unknown> => {
    const handler = handlers.find((each) => each.name === name)
    if (handler === undefined) throw new Error(`Nobody answers ${name}`)
    const { signal } = new AbortController()
    return JSON.parse(JSON.stringify(await handler.run(params, { claim, signal, event: () => undefined })))
  }
  return { ...house, ask }
}

describe('what the terminal hears of the policy', () => {
  it('is what is in force, and how the proposal stands', async () => {
    const { ask, file, settle } = await setUp()
    expect(policyShown.parse(await ask('policy.show', {}))).toMatchObject({
      number: 0,
      how: 'default',
      at: null,
      path: '/state/policy.json',
      proposal: { state: 'none' },
    })
    file.become(search)
    await settle()
    expect(policyShown.parse(await ask('policy.show', {}))).toMatchObject({
      number: 0,
      proposal: {
        state: 'waiting',
        problems: [],
        opens: matching(expect.arrayContaining([matching(expect.any(String))])),
      },
    })
    file.become('{')
    expect(policyShown.parse(await ask('policy.show', {})).proposal.problems).toHaveLength(1)
  })

  it('is what would become of a call, for an agent that there is', async () => {
    const { ask } = await setUp()
    const explain = (agent: string | null, tool: string) => ask('policy.explain', { agent, tool, args: {} })
    expect(policyExplained.parse(await explain('job SCOUT', 'save_session'))).toMatchObject({ decision: 'ask' })
    expect(await explain(null, 'search_jobs')).toMatchObject({ decision: 'deny', rule: '(default deny)', limits: [] })
    await expect(explain('Nobody', 'save_session')).rejects.toMatchObject({ code: 'no_such_agent' })
    await expect(ask('policy.explain', { tool: 'x' })).rejects.toMatchObject({ code: 'invalid_arguments' })
  })

  it('is what became of its proposal, and every policy that was accepted', async () => {
    const { answer, ask, browser } = await setUp()
    const proposed = ask('policy.propose', { text: search })
    const { prompt } = await answer('approve')
    expect(prompt.asker).toMatchObject({ claim })
    expect(policyProposed.parse(await proposed)).toEqual({ outcome: 'accepted', number: 1, reason: null })
    expect(policyHistory.parse(await ask('policy.history', {}))).toMatchObject([
      { number: 0, how: 'default', inForce: false, browser: null, fingerprint: null },
      { number: 1, how: 'accepted', text: search, inForce: true, fingerprint: browser.fingerprint },
    ])
    expect(await ask('policy.explain', { agent: null, tool: 'search_jobs', args: {} })).toMatchObject({
      decision: 'allow',
      limits: ['at most 3 times a minute for each agent (/tools/search_jobs/rate_limit)'],
    })
    const bad = ask('policy.propose', { text: '{"version":"1"}' })
    await expect(bad).rejects.toMatchObject({
      code: 'policy_invalid',
      message: matching(expect.stringContaining('default')),
    })
  })
})
