import { readPolicy } from '@countersign/shared/policy/read-policy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from './compile-policy.ts'
import { evaluate } from './evaluate.ts'
import { shippedDefault } from './shipped-default.ts'

type Row = [tool: string, args: unknown, kind: string, rule: string]

const policyOf = (written: object) => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', ...written }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return compilePolicy(read.file)
}
const decide = (written: object, tool: string, args: unknown = {}) => evaluate(policyOf(written), { tool, args })

describe('the shipped default', () => {
  const truth: Row[] = [
    ['save_session', {}, 'ask', '/tools/save_session/require_approval'],
    ['manual_login', {}, 'ask', '/tools/save_session/require_approval'],
    ['session_status', {}, 'allow', '/tools/session_status'],
    ['Save_Session', {}, 'deny', '(default deny)'],
    ['SESSION_STATUS', {}, 'deny', '(default deny)'],
    ['session_status ', {}, 'deny', '(default deny)'],
    ['ſession_status', {}, 'deny', '(default deny)'],
    ['submit_proposal', {}, 'deny', '(default deny)'],
    ['constructor', {}, 'deny', '(default deny)'],
    ['__proto__', {}, 'deny', '(default deny)'],
    ['*', {}, 'deny', '(default deny)'],
    ['', {}, 'deny', '(default deny)'],
  ]
  const shipped = compilePolicy(shippedDefault)

  it.each(truth)('%j %j: %s by %s', (tool, args, kind, rule) => {
    expect(evaluate(shipped, { tool, args })).toMatchObject({ kind, rule })
  })

  it('is a policy as anybody might write it', () => {
    expect(readPolicy(JSON.stringify(shippedDefault))).toEqual({ kind: 'policy', file: shippedDefault })
  })

  it('lets the twins through 30 times a minute together, for each grant', () => {
    const limits = [
      { rule: '/tools/save_session/limits/0', counter: 'save_session_rate', scope: 'grant', window: 60, max: 30 },
    ]
    expect(evaluate(shipped, { tool: 'save_session', args: {} })).toMatchObject({ limits })
    expect(evaluate(shipped, { tool: 'manual_login', args: {} })).toMatchObject({ limits })
  })

  it('denies whatever it does not name', () => {
    fc.assert(
      fc.property(fc.string(), (tool) => {
        fc.pre(!['save_session', 'manual_login', 'session_status', 'export'].includes(tool))
        expect(evaluate(shipped, { tool, args: {} }).kind).toBe('deny')
      }),
    )
  })
})

describe('a policy', () => {
  const whole = policyOf({
    hide: ['update_profile', 'get_proposals'],
    tools: {
      search_jobs: {},
      get_proposals: {},
      send_message: { action: 'deny', reason: 'I write my own messages.', deny_if: [{}], require: ['args.x'] },
      get_messages: { action: 'require_approval' },
      get_profile: { action: 'allow', require_approval: true },
      save_session: { require_approval: false },
      submit_proposal: {
        require: ['args.cover_letter', { path: 'args.hours', op: 'lte', value: 30 }],
        deny_if: [
          { conditions: [{ path: 'args.bid_rate', op: 'lt', value: 40 }], on_deny: 'Never bid under 40.' },
          {
            conditions: [
              { path: 'args.cover_letter', op: 'regex', value: '(?i)telegram' },
              { path: 'args.urgent', op: 'eq', value: true },
            ],
          },
        ],
        require_approval: { timeout: '2m' },
      },
      analyze_job: { deny_if: [{ conditions: [], on_deny: 'Not today.' }] },
      'a/b~c': { require_approval: true },
    },
  })
  const bid = { cover_letter: 'Hello', bid_rate: 50, hours: 20 }
  const truth: Row[] = [
    ['update_profile', {}, 'deny', '(hidden)'],
    ['get_proposals', {}, 'deny', '(hidden)'],
    ['Update_Profile', {}, 'deny', '(default deny)'],
    ['get_job_details', {}, 'deny', '(default deny)'],
    ['search_jobs', {}, 'allow', '/tools/search_jobs'],
    ['search_jobs', undefined, 'allow', '/tools/search_jobs'],
    ['send_message', { x: 1 }, 'deny', '/tools/send_message/action'],
    ['get_messages', {}, 'ask', '/tools/get_messages/action'],
    ['get_profile', {}, 'ask', '/tools/get_profile/require_approval'],
    ['save_session', {}, 'allow', '/tools/save_session'],
    ['manual_login', {}, 'allow', '/tools/save_session'],
    ['submit_proposal', bid, 'ask', '/tools/submit_proposal/require_approval'],
    ['submit_proposal', { ...bid, bid_rate: 39 }, 'deny', '/tools/submit_proposal/deny_if/0'],
    ['submit_proposal', { ...bid, bid_rate: '39' }, 'deny', '/tools/submit_proposal/deny_if/0'],
    ['submit_proposal', { ...bid, bid_rate: null }, 'deny', '/tools/submit_proposal/deny_if/0'],
    ['submit_proposal', { cover_letter: 'Hello', hours: 20 }, 'ask', '/tools/submit_proposal/require_approval'],
    ['submit_proposal', { ...bid, cover_letter: 'Telegram' }, 'ask', '/tools/submit_proposal/require_approval'],
    ['submit_proposal', { ...bid, cover_letter: 'Telegram', urgent: true }, 'deny', '/tools/submit_proposal/deny_if/1'],
    ['submit_proposal', { ...bid, cover_letter: 'Telegram', urgent: 1 }, 'deny', '/tools/submit_proposal/deny_if/1'],
    ['submit_proposal', { ...bid, cover_letter: ' ' }, 'deny', '/tools/submit_proposal/require/0'],
    ['submit_proposal', { bid_rate: 50, hours: 20 }, 'deny', '/tools/submit_proposal/require/0'],
    ['submit_proposal', { bid_rate: 39 }, 'deny', '/tools/submit_proposal/deny_if/0'],
    ['submit_proposal', { ...bid, hours: 31 }, 'deny', '/tools/submit_proposal/require/1'],
    ['submit_proposal', { ...bid, hours: '20' }, 'deny', '/tools/submit_proposal/require/1'],
    ['submit_proposal', { ...bid, hours: undefined }, 'deny', '/tools/submit_proposal/require/1'],
    ['submit_proposal', 'bid', 'deny', '/tools/submit_proposal/require/0'],
    ['analyze_job', {}, 'deny', '/tools/analyze_job/deny_if/0'],
    ['a/b~c', {}, 'ask', '/tools/a~1b~0c/require_approval'],
  ]
  it.each(truth)('%s %j: %s by %s', (tool, args, kind, rule) => {
    expect(evaluate(whole, { tool, args })).toMatchObject({ kind, rule })
  })

  it.each([
    ['send_message', {}, 'I write my own messages.'],
    ['submit_proposal', { ...bid, bid_rate: 1 }, 'Never bid under 40.'],
    ['submit_proposal', {}, 'The policy wants `args.cover_letter` to be given, and not empty.'],
    ['submit_proposal', { ...bid, hours: 99 }, 'The policy takes this call only when args.hours is at most 30.'],
    ['analyze_job', {}, 'Not today.'],
    ['update_profile', {}, 'The policy hides this tool.'],
  ])('tells the agent why: %s %j: %s', (tool, args, reason) => {
    expect(evaluate(whole, { tool, args })).toMatchObject({ kind: 'deny', reason })
  })

  it('gives the time that an approval may take, where a rule sets it', () => {
    expect(evaluate(whole, { tool: 'submit_proposal', args: bid })).toMatchObject({ timeout: 120 })
    expect(evaluate(whole, { tool: 'get_messages', args: {} })).not.toHaveProperty('timeout')
  })

  it('gives the limits: those of every call first, in all three spellings', () => {
    const written = {
      all_tools: { limits: [{ counter: 'calls', window: 'hour', max: 300, scope: 'global' }] },
      tools: {
        a: { limits: [{ counter: 'c', window: 'day', max: 5 }], rate_limit: { max: 10, window: 90 } },
        b: { rate_limit: { max: 10, window: 'minute' } },
        c: { rate_limit: '10/hour' },
      },
    }
    const all = { rule: '/all_tools/limits/0', counter: 'calls', scope: 'global', window: 3600, max: 300 }
    const rate = (tool: string, window: number) => {
      const rule = `/tools/${tool}/rate_limit`
      return { rule, counter: rule, scope: 'grant', window, max: 10 }
    }
    expect(decide(written, 'a')).toMatchObject({
      limits: [all, { rule: '/tools/a/limits/0', counter: 'c', scope: 'grant', window: 86_400, max: 5 }, rate('a', 90)],
    })
    expect(decide(written, 'b')).toMatchObject({ limits: [all, rate('b', 60)] })
    expect(decide(written, 'c')).toMatchObject({ limits: [all, rate('c', 3600)] })
  })
})

describe('the default', () => {
  it.each([
    ['deny', 'deny', '(default deny)'],
    ['allow', 'allow', '(default allow)'],
    ['ask', 'ask', '(default ask)'],
  ])('%s: a tool that is not named is %s by %s', (byDefault, kind, rule) => {
    expect(decide({ default: byDefault, tools: { x: {} } }, 'y')).toMatchObject({ kind, rule })
    expect(decide({ default: byDefault, tools: { x: {} } }, 'x')).toMatchObject({ kind: 'allow', rule: '/tools/x' })
    expect(decide({ default: byDefault, hide: '*', tools: { x: {} } }, 'x')).toMatchObject({ rule: '(hidden)' })
  })
})

describe('"*"', () => {
  const star = { deny_if: [{ conditions: [{ path: 'args.a', op: 'eq', value: 1 }] }], rate_limit: '5/minute' }
  const tools = { '*': star, bare: {}, empty: { require: [], deny_if: [], limits: [] }, own: { action: 'allow' } }

  it('does not widen the default', () => {
    expect(decide({ tools: { '*': { action: 'allow' } } }, 'x')).toMatchObject({ rule: '(default deny)' })
    expect(decide({ default: 'ask', tools: { '*': { action: 'allow' } } }, 'x')).toMatchObject({
      rule: '(default ask)',
    })
  })

  it.each([
    ['allow', 'other', {}, 'allow', '(default allow)'],
    ['allow', 'other', { a: 1 }, 'deny', '/tools/*/deny_if/0'],
    ['allow', 'bare', { a: 1 }, 'deny', '/tools/*/deny_if/0'],
    ['allow', 'own', { a: 1 }, 'allow', '/tools/own'],
    ['deny', 'other', { a: 2 }, 'deny', '(default deny)'],
    ['deny', 'bare', { a: 2 }, 'allow', '/tools/bare'],
    ['deny', 'bare', { a: 1 }, 'deny', '/tools/*/deny_if/0'],
    ['deny', 'empty', { a: 1 }, 'deny', '/tools/*/deny_if/0'],
    ['deny', 'own', { a: 1 }, 'allow', '/tools/own'],
    ['ask', 'other', { a: 2 }, 'ask', '(default ask)'],
    ['ask', 'other', { a: 1 }, 'deny', '/tools/*/deny_if/0'],
  ])('default %s, %s %j: %s by %s', (byDefault, tool, args, kind, rule) => {
    expect(decide({ default: byDefault, tools }, tool, args)).toMatchObject({ kind, rule })
  })

  it('has one limit for all the tools that it is for', () => {
    const rule = '/tools/*/rate_limit'
    const limits = [{ rule, counter: rule, scope: 'grant', window: 60, max: 5 }]
    expect(decide({ default: 'allow', tools }, 'bare')).toMatchObject({ limits })
    expect(decide({ default: 'allow', tools }, 'other')).toMatchObject({ limits })
    expect(decide({ default: 'allow', tools }, 'own')).toMatchObject({ limits: [] })
  })
})

describe('the twins', () => {
  const twins = ['save_session', 'manual_login'] as const

  it.each([
    [{ save_session: {}, manual_login: { action: 'deny' } }, 'deny', '/tools/manual_login/action'],
    [{ save_session: { action: 'deny' }, manual_login: { action: 'allow' } }, 'deny', '/tools/save_session/action'],
    [
      { save_session: { action: 'allow' }, manual_login: { require_approval: true } },
      'ask',
      '/tools/manual_login/require_approval',
    ],
    [{ manual_login: { deny_if: [{}] }, save_session: {} }, 'deny', '/tools/manual_login/deny_if/0'],
    [{ manual_login: {} }, 'allow', '/tools/manual_login'],
    [{ save_session: {}, manual_login: { action: 'allow' }, '*': { action: 'deny' } }, 'deny', '/tools/*/action'],
    [{}, 'deny', '(default deny)'],
  ])('are one tool under the strictest rules of either name: %j: %s by %s', (tools, kind, rule) => {
    for (const twin of twins) expect(decide({ tools }, twin)).toMatchObject({ kind, rule })
  })

  it('are hidden together', () => {
    for (const hidden of twins) {
      for (const twin of twins)
        expect(decide({ hide: [hidden], tools: { save_session: {} } }, twin).rule).toBe('(hidden)')
    }
  })

  it('share their limits, and the shorter patience', () => {
    const tools = {
      save_session: { rate_limit: '5/minute', require_approval: true },
      manual_login: { rate_limit: '3/hour', require_approval: { timeout: '1m' } },
    }
    const expected = {
      kind: 'ask',
      timeout: 60,
      limits: [
        { max: 5, window: 60 },
        { max: 3, window: 3600 },
      ],
    }
    for (const twin of twins) expect(decide({ tools }, twin)).toMatchObject(expected)
    const longer = { save_session: { require_approval: { timeout: '1h' } }, manual_login: { require_approval: true } }
    for (const twin of twins) expect(decide({ tools: longer }, twin)).not.toHaveProperty('timeout')
  })
})

describe('a release', () => {
  const file = { way: 'file', destination: '/home/ada/a.json', format: 'playwright', account: 'ada' }
  const line = { way: 'stdout', format: 'header', url: 'https://www.upwork.com/', account: 'ada' }
  const narrow = { ...file, only: 'sign-in', except: ['visitor_id'] }
  const holds = (path: string, op: string, value: unknown) => ({
    deny_if: [{ conditions: [{ path: `args.${path}`, op, value }], on_deny: 'Mine.' }],
  })
  const always = '(every release)'
  const first = '/tools/export/deny_if/0'
  it.each<[rules: object | undefined, args: object, kind: string, rule: string]>([
    [undefined, file, 'ask', always],
    [{}, file, 'ask', always],
    [{ action: 'allow' }, file, 'ask', always],
    [{ require_approval: false }, file, 'ask', always],
    [{ require_approval: true }, file, 'ask', '/tools/export/require_approval'],
    [{ action: 'require_approval' }, file, 'ask', '/tools/export/action'],
    [{ action: 'deny' }, file, 'deny', '/tools/export/action'],
    [holds('way', 'eq', 'stdout'), line, 'deny', first],
    [holds('way', 'eq', 'stdout'), file, 'ask', always],
    [holds('way', 'in', ['lease', 'launch']), file, 'ask', always],
    [holds('format', 'neq', 'playwright'), line, 'deny', first],
    [holds('destination', 'regex', '^/home/ada/work/'), file, 'ask', always],
    [holds('destination', 'contains', '/ada/'), file, 'deny', first],
    [holds('account', 'eq', 'ada'), file, 'deny', first],
    [holds('only', 'exists', false), file, 'deny', first],
    [holds('only', 'exists', false), narrow, 'ask', always],
    [holds('except', 'contains', 'visitor_id'), narrow, 'deny', first],
    [holds('url', 'contains', 'upwork.com'), line, 'deny', first],
    [{ require: ['args.only'] }, file, 'deny', '/tools/export/require/0'],
    [{ require: ['args.only'] }, narrow, 'ask', always],
  ])('by %j, of %j: %s by %s', (rules, args, kind, rule) => {
    for (const byDefault of ['allow', 'deny', 'ask']) {
      for (const rest of [{}, { '*': { action: 'deny' } }]) {
        const tools = rules === undefined ? rest : { ...rest, export: rules }
        expect(decide({ default: byDefault, tools }, 'export', args)).toMatchObject({ kind, rule })
      }
    }
  })

  it('is denied where it is hidden, and is held to the limits of all tools and its own', () => {
    for (const hide of [['export'], '*']) expect(decide({ hide }, 'export', file)).toMatchObject({ rule: '(hidden)' })
    const limit = (counter: string) => ({ counter, window: 'hour', max: 3, scope: 'global' })
    const limited = { all_tools: { limits: [limit('all')] }, tools: { export: { limits: [limit('own')] } } }
    const { limits } = { limits: [], ...decide(limited, 'export', file) }
    expect(limits.map(({ counter }: { counter: string }) => counter)).toEqual(['all', 'own'])
  })
})
