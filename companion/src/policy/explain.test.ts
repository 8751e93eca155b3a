import { readPolicy } from '@countersign/shared/policy/read-policy'
import { expect, it } from 'vitest'
import { compilePolicy } from './compile-policy.ts'
import { explain } from './explain.ts'
import { shippedDefault } from './shipped-default.ts'

const policy = compilePolicy(shippedDefault)

it.each([
  ['save_session', 'ask', '/tools/save_session/require_approval'],
  ['manual_login', 'ask', '/tools/save_session/require_approval'],
  ['session_status', 'allow', '/tools/session_status'],
  ['send_message', 'deny', '(default deny)'],
  ['Save_Session', 'deny', '(default deny)'],
  ['export', 'ask', '(every release)'],
  ['Export', 'deny', '(default deny)'],
])('%s by the shipped default: %s', (tool, decision, rule) => {
  expect(explain(policy, { tool, args: {} })).toMatchObject({ decision, rule })
})

it('tells the limits, each with its rule', () => {
  expect(explain(policy, { tool: 'save_session', args: {} }).limits).toEqual([
    'at most 30 times a minute for each agent (/tools/save_session/limits/0)',
  ])
})

it('tells what is asked of a release', () => {
  const written = readPolicy(
    '{"version":"1","default":"allow","tools":{"export":{"action":"allow","rate_limit":"2/day"}}}',
  )
  if (written.kind === 'invalid') throw new Error('It is a policy')
  expect(explain(compilePolicy(written.file), { tool: 'export', args: {} })).toEqual({
    decision: 'ask',
    rule: '(every release)',
    reason: 'Every release asks the person first.',
    limits: ['at most 2 times a day for each agent (/tools/export/rate_limit)'],
  })
})
