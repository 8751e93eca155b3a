import { expect, it } from 'vitest'
import { ruleName } from './rule-name.ts'

it.each([
  ['save_session', 'save_session'],
  ['manual_login', 'save_session'],
  ['Manual_Login', 'Manual_Login'],
  ['search_jobs', 'search_jobs'],
  ['toString', 'toString'],
  ['__proto__', '__proto__'],
])('%s is known to rules as %s', (tool, name) => {
  expect(ruleName(tool)).toBe(name)
})
