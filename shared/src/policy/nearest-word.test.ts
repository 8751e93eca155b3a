import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { nearestWord } from './nearest-word.ts'

const keys = ['action', 'reason', 'require', 'deny_if', 'limits', 'rate_limit', 'require_approval']
const operators = ['eq', 'neq', 'in', 'not_in', 'lt', 'lte', 'gt', 'gte', 'regex', 'contains', 'exists']

it.each([
  ['limit', keys, 'limits'],
  ['limtis', keys, 'limits'],
  ['denyIf', keys, 'deny_if'],
  ['deny if', keys, 'deny_if'],
  ['Require-Approval', keys, 'require_approval'],
  ['requires', keys, 'require'],
  ['rate_limits', keys, 'rate_limit'],
  ['approval', keys, 'require_approval'],
  ['equals', operators, 'eq'],
  ['<=', operators, 'lte'],
  ['regexp', operators, 'regex'],
  ['notin', operators, 'not_in'],
  ['exist', operators, 'exists'],
  ['minutes', ['minute', 'hour', 'day'], 'minute'],
  ['Hour', ['minute', 'hour', 'day'], 'hour'],
  ['block', ['allow', 'deny', 'ask'], 'deny'],
  ['ask', ['allow', 'deny', 'require_approval'], 'require_approval'],
  ['require_approval', ['allow', 'deny', 'ask'], 'ask'],
  ['fortnight', ['minute', 'hour', 'day'], undefined],
  ['', operators, undefined],
  ['constructor', operators, undefined],
  ['x'.repeat(100_000), keys, undefined],
])('%s of %j: %s', (written, known, meant) => {
  expect(nearestWord(written, known)).toBe(meant)
})

it('finds each word with one letter wrong, and itself', () => {
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.nat(), fc.constantFrom('x', ''), (word, at, instead) => {
      const cut = at % word.length
      expect(nearestWord(word.slice(0, cut) + instead + word.slice(cut + 1), keys)).toBe(word)
      expect(nearestWord(word, keys)).toBe(word)
    }),
  )
})
