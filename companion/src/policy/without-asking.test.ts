import { readPolicy } from '@countersign/shared/policy/read-policy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyIn, policyText } from '../testing/accepted-house.ts'
import { arbitraryCall, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluate } from './evaluate.ts'
import { newlyWithoutAsking, runsUnasked, stillAsking } from './without-asking.ts'

const asks = { require_approval: true }
const always = { deny_if: [{ conditions: [] }] }
const sometimes = { deny_if: [{ conditions: [{ path: 'args.a', op: 'eq', value: 1 }] }] }

describe('whether a tool runs without asking', () => {
  const truth: [name: string, policy: object, runs: boolean][] = [
    ['not named, and denied', {}, false],
    ['not named, and asked', { default: 'ask' }, false],
    ['not named, and allowed', { default: 'allow' }, true],
    ['not named, and under rules for the rest that ask', { default: 'allow', tools: { '*': asks } }, false],
    ['not named, and under rules for the rest that allow', { default: 'ask', tools: { '*': {} } }, false],
    ['named', { tools: { save_session: {} } }, true],
    ['named, where the rest asks', { tools: { save_session: {}, '*': asks } }, false],
    ['allowed, where the rest asks', { tools: { save_session: { action: 'allow' }, '*': asks } }, true],
    ['asked', { tools: { save_session: asks } }, false],
    ['asked by its other name', { tools: { save_session: {}, manual_login: asks } }, false],
    ['denied', { tools: { save_session: { action: 'deny' } } }, false],
    ['denied always', { tools: { save_session: always } }, false],
    ['denied sometimes', { tools: { save_session: sometimes } }, true],
    ['hidden', { hide: ['manual_login'], tools: { save_session: {} } }, false],
    ['hidden with all', { hide: '*', tools: { save_session: {} } }, false],
  ]
  it.each(truth)('%s', (_, policy, runs) => {
    expect(runsUnasked(policyIn(policyText(policy)), 'save_session')).toBe(runs)
    expect(runsUnasked(policyIn(policyText(policy)), 'manual_login')).toBe(runs)
  })

  it('is never denied where any call of it is allowed', () => {
    const property = fc.property(arbitraryPolicy, arbitraryCall, (file, call) => {
      return evaluate(compilePolicy(file), call).kind !== 'allow' || runsUnasked(file, call.tool)
    })
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject({ failed: false })
  })

  it('is told where it is new', () => {
    const before = policyIn(policyText({ tools: { search_jobs: {} } }))
    const after = policyIn(policyText({ tools: { search_jobs: {}, save_session: {}, get_messages: asks } }))
    expect(newlyWithoutAsking(before, after, ['search_jobs', 'save_session', 'get_messages'])).toEqual(['save_session'])
  })
})

describe('the same policy, still asking', () => {
  it('keeps every other rule, those for the rest included', () => {
    const rate = { rate_limit: '3/minute' }
    const text = policyText({ tools: { '*': { ...rate, ...sometimes }, save_session: {}, search_jobs: rate } })
    const made = stillAsking(text, ['save_session'])
    expect(made && policyIn(made).tools).toEqual({
      '*': { ...rate, ...sometimes },
      save_session: { ...rate, ...sometimes, ...asks },
      search_jobs: rate,
    })
    const named = stillAsking(policyText({ tools: { manual_login: { ...rate, action: 'allow' }, '*': sometimes } }), [
      'save_session',
    ])
    expect(named && policyIn(named).tools?.['manual_login']).toEqual({ ...rate, action: 'allow', ...asks })
  })

  it('asks, and is otherwise as strict, whatever was proposed', () => {
    const property = fc.property(arbitraryPolicy, fc.array(arbitraryCall, { maxLength: 8 }), (file, calls) => {
      const tools = ['save_session', 'send_message'].filter((tool) => runsUnasked(file, tool))
      const made = stillAsking(JSON.stringify(file), tools)
      if (made === undefined) throw new Error('It can be written')
      const [before, after] = [compilePolicy(file), compilePolicy(policyIn(made))]
      for (const call of calls) {
        const [was, is] = [evaluate(before, call), evaluate(after, call)]
        const asked = was.kind === 'allow' && tools.includes(call.tool.replace('manual_login', 'save_session'))
        expect(is.kind).toBe(asked ? 'ask' : was.kind)
      }
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('is none where it has no room', () => {
    const counters = Array.from({ length: 1000 }, (_, index) => ({
      counter: `${index}`.padEnd(60, 'x'),
      window: 'minute',
      max: 1,
      scope: 'grant',
    }))
    const large = policyText({ tools: { '*': { limits: counters }, save_session: {} } })
    expect(readPolicy(large).kind).toBe('policy')
    expect(stillAsking(large, ['save_session'])).toBeDefined()
    const rest = { limits: [...counters, ...counters] }
    const larger = policyText({ tools: { '*': rest, save_session: {} } })
    expect(readPolicy(larger).kind).toBe('policy')
    expect(stillAsking(larger, ['save_session'])).toBeUndefined()
  })
})
