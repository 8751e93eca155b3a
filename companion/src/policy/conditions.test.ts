import { type Condition, policyFile } from '@countersign/shared/policy/policy-file'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryCall, arbitraryCondition } from '../testing/arbitrary-policy.ts'
import { createArgumentPaths } from './argument-paths.ts'
import { compileCondition, isGiven, type Standing } from './conditions.ts'

/** How `args.a` stands with an operator when it is this; undefined for a call without it. */
const standing = (op: string, wanted: unknown, a: unknown, path = 'args.a'): Standing => {
  const written = { path, op, ...(wanted === undefined ? {} : { value: wanted }) }
  const rules = { x: { deny_if: [{ conditions: [written] }] } }
  const [denial] = policyFile.parse({ version: '1', default: 'deny', tools: rules }).tools?.['x']?.deny_if ?? []
  const [condition] = denial?.conditions ?? []
  if (condition === undefined) throw new Error('The condition is there')
  return standingIn(a === undefined ? {} : { a }, condition)
}
const standingIn = (args: unknown, condition: Condition): Standing => {
  const paths = createArgumentPaths()
  const place = paths.place(condition.path)
  return compileCondition(condition)(paths.valuesIn(args)[place])
}

describe('a condition', () => {
  const truth: [op: string, wanted: unknown, a: unknown, standing: Standing][] = [
    ['eq', 'x', 'x', 'holds'],
    ['eq', 'x', 'X', 'fails'],
    ['eq', 1, 1, 'holds'],
    ['eq', 1, '1', 'incomparable'],
    ['eq', true, 'true', 'incomparable'],
    ['eq', 'x', null, 'incomparable'],
    ['eq', 'x', ['x'], 'incomparable'],
    ['eq', 0, false, 'incomparable'],
    ['eq', null, null, 'holds'],
    ['eq', null, 'x', 'fails'],
    ['eq', 'x', undefined, 'missing'],
    ['neq', 'x', 'y', 'holds'],
    ['neq', 'x', 'x', 'fails'],
    ['neq', 1, '1', 'incomparable'],
    ['neq', null, 'x', 'holds'],
    ['neq', 'x', undefined, 'missing'],
    ['in', ['x', 'y'], 'y', 'holds'],
    ['in', ['x', 'y'], 'z', 'fails'],
    ['in', ['x', 1], 'z', 'fails'],
    ['in', ['x', 'y'], 1, 'incomparable'],
    ['in', [1, 2], '1', 'incomparable'],
    ['in', ['x'], ['x'], 'incomparable'],
    ['in', ['x', null], null, 'holds'],
    ['in', ['x', null], 1, 'fails'],
    ['in', ['x'], null, 'incomparable'],
    ['in', [null], ['x'], 'fails'],
    ['not_in', ['x'], 'y', 'holds'],
    ['not_in', ['x'], 'x', 'fails'],
    ['not_in', ['x'], 1, 'incomparable'],
    ['not_in', ['x'], undefined, 'missing'],
    ['lt', 40, 39, 'holds'],
    ['lt', 40, 40, 'fails'],
    ['lt', 40, '39', 'incomparable'],
    ['lt', 40, null, 'incomparable'],
    ['lt', 40, [39], 'incomparable'],
    ['lt', 40, Number.NaN, 'incomparable'],
    ['lt', 40, -Infinity, 'holds'],
    ['lte', 40, 40, 'holds'],
    ['lte', 40, 40.5, 'fails'],
    ['gt', 40, 40, 'fails'],
    ['gt', 40, 41, 'holds'],
    ['gte', 40, 40, 'holds'],
    ['gte', 40, '50', 'incomparable'],
    ['gte', 40, undefined, 'missing'],
    ['regex', '^x+$', 'xx', 'holds'],
    ['regex', 'x', 'axb', 'holds'],
    ['regex', '^x+$', 'xy', 'fails'],
    ['regex', '1', 1, 'incomparable'],
    ['regex', 'x', 'x'.repeat(50_000), 'holds'],
    ['regex', 'x', 'x'.repeat(50_001), 'incomparable'],
    ['regex', 'x', ['x'], 'incomparable'],
    ['regex', '.*', undefined, 'missing'],
    ['contains', 'b', 'abc', 'holds'],
    ['contains', 'd', 'abc', 'fails'],
    ['contains', 1, 'a1', 'incomparable'],
    ['contains', 'x', ['x', 1], 'holds'],
    ['contains', 'x', ['y'], 'fails'],
    ['contains', 'x', [], 'fails'],
    ['contains', 7, ['7'], 'incomparable'],
    ['contains', 'x', [['x']], 'incomparable'],
    ['contains', 'x', { x: 1 }, 'incomparable'],
    ['contains', 'x', undefined, 'missing'],
    ['exists', true, 'x', 'holds'],
    ['exists', undefined, 'x', 'holds'],
    ['exists', true, null, 'holds'],
    ['exists', true, undefined, 'fails'],
    ['exists', false, 'x', 'fails'],
    ['exists', false, undefined, 'holds'],
  ]
  it.each(truth)('%s %j, of %j: %s', (op, wanted, a, expected) => {
    expect(standing(op, wanted, a)).toBe(expected)
  })

  const places: [path: string, a: unknown, standing: Standing][] = [
    ['args.a.b', { b: 1 }, 'holds'],
    ['args.a.b.c', { b: { c: 1 } }, 'holds'],
    ['args.a.1', [0, 1], 'holds'],
    ['args.a.2', [0, 1], 'missing'],
    ['args.a.length', [0], 'missing'],
    ['args.a.length', 'x', 'missing'],
    ['args.a.b', { 'b.c': 1 }, 'missing'],
    ['args.a.toString', {}, 'missing'],
    ['args.a.__proto__', {}, 'missing'],
    ['args.a.b', null, 'missing'],
    ['args.a.b', undefined, 'missing'],
    ['args.b', 1, 'missing'],
  ]
  it.each(places)('looks at %s in %j: %s', (path, a, expected) => {
    expect(standing('eq', 1, a, path)).toBe(expected)
  })

  it('never throws, whatever the arguments are', () => {
    fc.assert(
      fc.property(arbitraryCondition, arbitraryCall, fc.anything(), (condition, { args }, anything) => {
        const standings: readonly Standing[] = ['holds', 'fails', 'missing', 'incomparable']
        expect(standings).toContain(standingIn(args, condition))
        expect(standings).toContain(standingIn({ a: anything }, condition))
      }),
      { numRuns: 3000 },
    )
  })

  it('and its opposite never both hold, nor both fail', () => {
    const scalar = fc.oneof(
      fc.string({ maxLength: 1 }),
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      fc.constant(null),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(['eq', 'neq'], ['lt', 'gte'], ['gt', 'lte']),
        scalar,
        scalar,
        ([op, not], wanted, a) => {
          fc.pre(op === 'eq' || typeof wanted === 'number')
          const pair = [standing(op, wanted, a), standing(not, wanted, a)].sort()
          expect([
            ['fails', 'holds'],
            ['incomparable', 'incomparable'],
          ]).toContainEqual(pair)
        },
      ),
    )
  })
})

describe('the arguments that rules look at', () => {
  it('are read once each, and given by their places', () => {
    const paths = createArgumentPaths()
    const read: string[] = []
    const args = { a: { c: 7 }, b: 1 }
    const watched = new Proxy(args, {
      get: (from, key) => {
        read.push(String(key))
        const value: unknown = Reflect.get(from, key)
        return value
      },
    })
    const places = ['args.b', 'args.a.c', 'args.a.c', 'args.b', 'args.d'].map(paths.place)
    expect(places).toEqual([0, 1, 1, 0, 2])
    expect(paths.valuesIn(watched)).toEqual([1, 7, undefined])
    expect(read).toEqual(['b', 'a'])
    expect(paths.valuesIn(undefined)).toEqual([undefined, undefined, undefined])
  })
})

describe('what is required', () => {
  it.each([
    ['x', true],
    [0, true],
    [false, true],
    [[0], true],
    [{ b: 1 }, true],
    ['', false],
    [' \n\u00A0', false],
    [null, false],
    [[], false],
    [{}, false],
    [undefined, false],
  ])('%j is there and not empty: %j', (a, isThere) => {
    expect(isGiven(a)).toBe(isThere)
  })
})
