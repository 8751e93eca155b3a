import { type Condition, type PolicyFile, policyFile } from '@countersign/shared/policy/policy-file'
import * as fc from 'fast-check'
import type { PolicyCall } from '../policy/evaluate.ts'

// Few names, paths and values, so that rules and calls often meet.

const tools = ['save_session', 'manual_login', 'send_message', 'search_jobs', 'Save_Session', 'export'] as const
const toolName = fc.constantFrom(...tools)
const path = fc.constantFrom('args.a', 'args.b', 'args.a.c', 'args.a.0')
const scalar = fc.constantFrom<(string | number | boolean | null)[]>('', ' ', 'x', 'xy', '1', 0, 1, 40, true, null)

const condition = fc.oneof(
  fc.record({ path, op: fc.constantFrom('eq', 'neq', 'contains'), value: scalar }),
  fc.record({ path, op: fc.constantFrom('in', 'not_in'), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ path, op: fc.constantFrom('lt', 'lte', 'gt', 'gte'), value: fc.constantFrom(0, 1, 40) }),
  fc.record({ path, op: fc.constant('regex'), value: fc.constantFrom('x', '^x$', '(x+)+$', '') }),
  fc.record({ path, op: fc.constant('exists'), value: fc.boolean() }),
)

const max = fc.constantFrom(1, 2, 3, 10)
const windowName = fc.constantFrom('minute', 'hour', 'day')
const limit = fc.record({
  counter: fc.constantFrom('one', 'two'),
  window: windowName,
  max,
  scope: fc.constantFrom('grant', 'agent_session', 'global'),
})
const words = fc.constantFrom('Not so.', 'Never.')

const toolRules = fc.record(
  {
    action: fc.constantFrom('allow', 'deny', 'require_approval'),
    reason: words,
    require: fc.array(fc.oneof(path, condition), { maxLength: 2 }),
    deny_if: fc.array(
      fc.record(
        { conditions: fc.array(condition, { maxLength: 2 }), on_deny: words },
        { requiredKeys: ['conditions'] },
      ),
      { maxLength: 2 },
    ),
    limits: fc.array(limit, { maxLength: 2 }),
    rate_limit: fc.oneof(
      fc.record({ max, window: fc.oneof(windowName, fc.constantFrom(1, 60, 90)) }),
      fc.constantFrom('1/minute', '3/minute', '2/hour'),
    ),
    require_approval: fc.oneof(fc.boolean(), fc.record({ timeout: fc.constantFrom('30s', '2m', '1h') })),
  },
  { requiredKeys: [] },
)

/** A file of the grammar, as it would be written. */
const written = fc.record(
  {
    version: fc.constant('1'),
    default: fc.constantFrom('allow', 'deny', 'ask'),
    hide: fc.oneof(
      { weight: 6, arbitrary: fc.array(toolName, { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constantFrom<(string | string[])[]>('*', ['*']) },
    ),
    all_tools: fc.record({ limits: fc.array(limit, { maxLength: 2 }) }, { requiredKeys: [] }),
    tools: fc.dictionary(fc.oneof(toolName, toolName, fc.constant('*')), fc.oneof(toolRules, fc.constant({})), {
      maxKeys: 4,
    }),
  },
  { requiredKeys: ['version', 'default'] },
)

export const arbitraryPolicy: fc.Arbitrary<PolicyFile> = written.map((file) => policyFile.parse(file))
export const arbitraryCondition: fc.Arbitrary<Condition> = condition.map((one) => {
  const rules = { any: { deny_if: [{ conditions: [one] }] } }
  const [parsed] = policyFile.parse({ version: '1', default: 'deny', tools: rules }).tools?.['any']?.deny_if ?? []
  const [made] = parsed?.conditions ?? []
  if (made === undefined) throw new Error('The condition is there')
  return made
})

const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.record({ c: scalar }) },
)
export const arbitraryCall: fc.Arbitrary<PolicyCall> = fc.record({
  tool: fc.oneof(
    { weight: 8, arbitrary: toolName },
    { weight: 1, arbitrary: fc.constantFrom('*', '__proto__', 'other') },
  ),
  args: fc.oneof(
    { weight: 8, arbitrary: fc.record({ a: value, b: value }, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
})
