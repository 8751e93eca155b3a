import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, ruleName } from './evaluate.ts'
import { shippedDefault } from './shipped-default.ts'

const truth: [tool: string, kind: string, rule: string][] = [
  ['save_session', 'ask', '/tools/save_session'],
  ['manual_login', 'ask', '/tools/save_session'],
  ['session_status', 'allow', '/tools/session_status'],
  ['Save_Session', 'deny', '(default deny)'],
  ['SESSION_STATUS', 'deny', '(default deny)'],
  ['session_status ', 'deny', '(default deny)'],
  ['ſession_status', 'deny', '(default deny)'],
  ['submit_proposal', 'deny', '(default deny)'],
  ['constructor', 'deny', '(default deny)'],
  ['__proto__', 'deny', '(default deny)'],
  ['', 'deny', '(default deny)'],
]

describe('the shipped default', () => {
  it.each(truth)('%j: %s by %s', (tool, kind, rule) => {
    expect(evaluate(shippedDefault, tool)).toMatchObject({ kind, rule })
  })

  it('denies whatever it does not name', () => {
    fc.assert(
      fc.property(fc.string(), (tool) => {
        fc.pre(!['save_session', 'manual_login', 'session_status'].includes(tool))
        expect(evaluate(shippedDefault, tool).kind).toBe('deny')
      }),
    )
  })

  it('knows the twins as one tool', () => {
    expect(ruleName('manual_login')).toBe('save_session')
    expect(ruleName('toString')).toBe('toString')
  })
})
