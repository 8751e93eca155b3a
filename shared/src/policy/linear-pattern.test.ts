import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LinearPattern, linearPattern, longestPattern } from './linear-pattern.ts'

const compiled = (source: string): LinearPattern => {
  const pattern = linearPattern(source)
  if ('problem' in pattern) throw new Error(pattern.problem)
  return pattern
}

/** Two letters in an order without a pattern, the same each time. */
const letters = (length: number): string => {
  let state = 7
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % 3 === 0 ? 'a' : 'b'
  }).join('')
}

const best = (act: () => unknown): number => {
  const took = Array.from({ length: 3 }, () => {
    const start = performance.now()
    act()
    return performance.now() - start
  })
  return Math.min(...took)
}

describe('a pattern', () => {
  it.each([
    ['@', 'write to me@example.org', true],
    ['^feat/', 'feat/x', true],
    ['^feat/', 'a feat/x', false],
    [String.raw`(?i)\bWhatsApp\b`, 'on whatsapp?', true],
    [String.raw`\p{Greek}`, 'καλημέρα', true],
    ['^.$', '😀', true],
    ['', 'anything', true],
  ])('%j in %j: %j', (source, text, found) => {
    expect(compiled(source).test(text)).toBe(found)
  })

  it('says the same each time it is asked', () => {
    const pattern = compiled('b')
    expect([pattern.test('abc'), pattern.test('abc'), pattern.test('a'), pattern.test('b')]).toEqual([
      true,
      true,
      false,
      true,
    ])
  })

  it.each([
    ['(', /missing closing/],
    ['a**', /repetition/],
    ['(?=a)', /unsupported/],
    ['(?<=a)', /capture/],
    [String.raw`(a)\1`, /escape/],
    ['a{1001}', /repeat/],
    ['((a{100}){100}){100}', /repeat/],
    ['('.repeat(900), /missing closing/],
    ['x'.repeat(longestPattern + 1), /longer than 1000/],
  ])('%s is refused', (source, problem) => {
    const refused = linearPattern(source)
    expect('problem' in refused && refused.problem).toMatch(problem)
  })

  it('is read or refused, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
        fc.string({ unit: 'binary' }),
        (source, text) => {
          const pattern = linearPattern(source)
          const said = 'problem' in pattern ? pattern.problem : String(pattern.test(text))
          expect(said).toMatch(/./)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['(a+)+$', (size: number) => `${'a'.repeat(size)}!`],
    ['(a|a)*c$', (size: number) => `${'a'.repeat(size)}c!`],
    ['(.*a){20}$', (size: number) => `${'a'.repeat(size)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', (size: number) => 'a'.repeat(size)],
    ['(x+x+)+y$', (size: number) => `${'x'.repeat(size)}y!`],
    // As an automaton without a bound, this one would have 2^15 states.
    ['[ab]*a[ab]{15}[cd]', (size: number) => `${letters(size)}d`],
  ])('%s takes no more than its share of time for a longer text', (source, text) => {
    const pattern = compiled(source)
    const [small, large] = [text(20_000), text(200_000)]
    pattern.test(small)
    // Ten times the text. A backtracking engine would not come back from either.
    expect(best(() => pattern.test(large))).toBeLessThan(10 * best(() => pattern.test(small)) * 5 + 50)
  })
})
