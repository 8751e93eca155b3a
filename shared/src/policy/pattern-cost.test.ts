import { expect, it } from 'vitest'
import { linearPattern } from './linear-pattern.ts'
import { patternCost, patternCostIn } from './pattern-cost.ts'

it.each([
  ['', 0],
  ['^x+$', 4],
  ['a{1000}', 7000],
  ['a{2,30}', 7 * 30],
  ['a{20,}', 6 * 20],
  ['(a{10}){10}', 11 * 100],
  ['a{0}', 4],
  ['a{1000}b{1000}', 14_000],
  ['[é-𞥀]', 6],
  ['(?i)[a-z]-x', 11],
  [String.raw`(?i)[B-\x{1e943}]`, 1017],
  ['(?s-i:x)(?si)[é-𞥀][B-龥]', 2024],
  [String.raw`\pL\PN`, 126],
])('%s costs %i', (source, cost) => {
  expect(patternCost(source)).toBe(cost)
})

it('counts on it that RE2 bounds what is counted within what is counted', () => {
  expect(linearPattern('((a{10}){10}){10}')).toHaveProperty('test')
  for (const source of ['a{1001}', '(a{100}){11}', '((a{10}){10}){11}', '((a{1,11}){10,}){10}']) {
    expect(linearPattern(source)).toHaveProperty('problem')
  }
})

it('finds the patterns wherever they stand, however deep', () => {
  const pattern = { path: 'args.a', op: 'regex', value: 'abc' }
  expect(patternCostIn({ tools: { x: { require: [pattern, { ...pattern, op: 'eq' }], deny_if: [[pattern]] } } })).toBe(
    6,
  )
  expect(patternCostIn(JSON.parse(`${'['.repeat(100_000)}${JSON.stringify(pattern)}${']'.repeat(100_000)}`))).toBe(3)
  for (const value of [undefined, null, 'x', 1, { op: 'regex', value: 7 }]) expect(patternCostIn(value)).toBe(0)
})
