import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolicyProblem } from './policy-problems.ts'
import { readPolicy } from './read-policy.ts'

const problemsOf = (policy: unknown): string[] => {
  const read = readPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy))
  return read.kind === 'policy' ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
}

const whole = {
  $schema: './policy.schema.json',
  version: '1',
  default: 'deny',
  hide: ['update_profile'],
  all_tools: { limits: [{ counter: 'calls', window: 'hour', max: 300, scope: 'grant' }] },
  tools: {
    save_session: {
      require_approval: true,
      limits: [{ counter: 'save_session_rate', window: 'minute', max: 30, scope: 'grant' }],
    },
    search_jobs: {},
    send_message: { action: 'deny', reason: 'I write my own messages.' },
    submit_proposal: {
      rate_limit: { max: 10, window: 60 },
      require: ['args.cover_letter', { path: 'args.terms.rate', op: 'gte', value: 40 }],
      deny_if: [
        { conditions: [{ path: 'args.bid_rate', op: 'lt', value: 40 }], on_deny: 'Never bid under 40.' },
        {
          conditions: [
            { path: 'args.a', op: 'eq', value: null },
            { path: 'args.a', op: 'neq', value: true },
            { path: 'args.a', op: 'in', value: ['x', 1] },
            { path: 'args.a', op: 'not_in', value: ['x'] },
            { path: 'args.a', op: 'lte', value: 1.5 },
            { path: 'args.a', op: 'gt', value: -1 },
            { path: 'args.a', op: 'regex', value: '^a+$' },
            { path: 'args.a', op: 'contains', value: 'b' },
            { path: 'args.a', op: 'exists', value: false },
            { path: 'args.a', op: 'exists' },
          ],
        },
      ],
      require_approval: { timeout: '2m' },
    },
    get_messages: { deny_if: [{ conditions: [], on_deny: 'Not yet.' }, {}] },
    get_profile: { rate_limit: { max: 1, window: 'day' }, action: 'require_approval' },
    '*': { rate_limit: '10/minute', require_approval: false },
  },
}

describe('a policy that is in order', () => {
  it('is read with all of its grammar', () => {
    expect(problemsOf(whole)).toEqual([])
    expect(readPolicy(JSON.stringify(whole))).toMatchObject({ kind: 'policy', file: { default: 'deny' } })
  })

  it.each([
    ['the least there is', { version: '1', default: 'allow' }],
    ['everything hidden', { version: '1', default: 'ask', hide: '*' }],
    ['everything hidden, in a list', { version: '1', default: 'ask', hide: ['*'] }],
    [
      'a limit without a scope',
      { version: '1', default: 'deny', all_tools: { limits: [{ counter: 'a', window: 'day', max: 1 }] } },
    ],
  ])('%s', (_, policy) => {
    expect(problemsOf(policy)).toEqual([])
  })

  it('is read past a byte order mark, and with any white space', () => {
    expect(problemsOf(`\uFEFF\r\n\t${JSON.stringify(whole, null, '\t')}\r\n`)).toEqual([])
  })
})

describe('any text', () => {
  const isProblem = ({ path, message }: PolicyProblem) => /^(\/.*)?$/s.test(path) && /^.+$/.test(message)

  it('is refused also where it has more mistakes than can be told', () => {
    const limits = Array.from({ length: 80_000 }, () => ({}))
    expect(readPolicy(JSON.stringify({ version: '1', default: 'deny', tools: { a: { limits } } }))).toEqual({
      kind: 'invalid',
      problems: [{ path: '', message: 'It has more mistakes than can be told.' }],
    })
  })

  it('gives a policy or problems, and never throws', () => {
    const keys = fc.constantFrom(
      'version',
      'default',
      'tools',
      'limits',
      'deny_if',
      'conditions',
      'op',
      'path',
      'value',
      'x',
    )
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        {
          weight: 3,
          arbitrary: fc.constantFrom('1', 'deny', 'args.a', 'eq', 'regex', '*', '(', null, 1, -1, true),
        },
        { weight: 2, arbitrary: fc.dictionary(keys, tie('value'), { maxKeys: 5 }) },
        { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
      ),
    })).value
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      tree.map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(text, (any) => {
        const read = readPolicy(any)
        const said = read.kind === 'invalid' ? read.problems : []
        expect(said.every(isProblem)).toBe(true)
        expect(said.length > 0).toBe(read.kind === 'invalid')
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['deep objects', '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000)],
    ['deep lists', '['.repeat(120_000) + ']'.repeat(120_000)],
    [
      'a deep value in a condition',
      `{"version":"1","default":"deny","tools":{"x":{"require":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}}}`,
    ],
    ['one long text', JSON.stringify({ version: '\\'.repeat(100_000) })],
    ['very many keys', `{${Array.from({ length: 20_000 }, (_, index) => `"${index}":1`).join(',')}}`],
  ])('%s keeps nobody busy', (_, text) => {
    const start = performance.now()
    expect(readPolicy(text).kind).toBe('invalid')
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
