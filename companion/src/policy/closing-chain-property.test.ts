import type { Decision } from '@countersign/shared/policy/decision'
import { type PolicyFile, policyFile, type ToolRules } from '@countersign/shared/policy/policy-file'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { arbitraryCall, arbitraryCondition, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { compare } from './compare.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluate } from './evaluate.ts'

// What may take effect without the person comes one proposal after another. However many there were, no call gets further than at first.

type Step = (file: PolicyFile) => PolicyFile

const names = ['save_session', 'manual_login', 'send_message', 'search_jobs', 'export', '*'] as const
const inEntry = (at: number, change: (rules: ToolRules) => ToolRules): Step => {
  return (file) => {
    const all = Object.entries(file.tools ?? {})
    const [name, rules] = all[at % Math.max(1, all.length)] ?? []
    return name === undefined || rules === undefined
      ? file
      : { ...file, tools: { ...file.tools, [name]: change(rules) } }
  }
}
const lower = <T extends { readonly max: number }>(limit: T): T => ({ ...limit, max: Math.max(1, limit.max - 1) })

/** Mostly such as close, some that only look so, and some that open. */
const step = (other: PolicyFile): fc.Arbitrary<Step> => {
  const theirs = Object.values(other.tools ?? {})
  const at = fc.nat(5)
  return fc.oneof(
    at.map((one) => inEntry(one, (rules) => ({ ...rules, action: 'deny' }))),
    at.map((one) => inEntry(one, (rules) => ({ ...rules, require_approval: true }))),
    at.map((one) => inEntry(one, (rules) => ({ ...rules, require_approval: { timeout: '30s' } }))),
    at.map((one) => inEntry(one, (rules) => ({ ...rules, limits: rules.limits?.map(lower) }))),
    fc
      .tuple(at, arbitraryCondition)
      .map(([one, condition]) =>
        inEntry(one, (rules) => ({ ...rules, deny_if: [...(rules.deny_if ?? []), { conditions: [condition] }] })),
      ),
    fc
      .tuple(at, arbitraryCondition)
      .map(([one, condition]) =>
        inEntry(one, (rules) => ({ ...rules, require: [condition, ...(rules.require ?? [])] })),
      ),
    fc.constantFrom(...names).map((name): Step => (file) => ({ ...file, hide: [...[file.hide ?? []].flat(), name] })),
    fc.tuple(at, fc.nat(5)).map(([one, which]) => inEntry(one, (rules) => theirs[which] ?? rules)),
    fc.constantFrom(...names).map((name): Step => (file) => ({
      ...file,
      tools: { ...file.tools, [name]: other.tools?.[name] ?? {} },
    })),
    fc.constant<Step>(() => other),
    fc.constant<Step>((file) => ({ ...file, hide: other.hide })),
  )
}

const rank = { deny: 0, ask: 1, allow: 2 } as const
const limitsOf = (decision: Decision) => (decision.kind === 'deny' ? [] : decision.limits)
/** Limits that a call was held to, and is not any more, or to a higher max. */
const loosened = (was: Decision, is: Decision) =>
  is.kind === 'deny'
    ? []
    : limitsOf(was).filter(
        ({ counter, scope, window, max }) =>
          !limitsOf(is).some(
            (one) => one.counter === counter && one.scope === scope && one.window === window && one.max <= max,
          ),
      )

it('closing after closing turns no denial into a call, no question into a call without one, and loosens no limit', () => {
  const lengths = [0, 0, 0, 0, 0, 0, 0]
  const seen = { deniedFirst: 0, askedFirst: 0, closer: 0 }
  const story = fc.tuple(arbitraryPolicy, arbitraryPolicy).chain(([first, other]) =>
    fc.record({
      first: fc.constant(first),
      steps: fc.array(step(other), { minLength: 2, maxLength: 6 }),
      calls: fc.array(arbitraryCall, { minLength: 10, maxLength: 10 }),
    }),
  )
  fc.assert(
    fc.property(story, ({ first, steps, calls }) => {
      let [inForce, taken] = [first, 0]
      for (const one of steps) {
        const proposed = policyFile.parse(structuredClone(one(inForce)))
        const { opens, closes } = compare(inForce, proposed)
        if (opens.length > 0) continue
        inForce = proposed
        taken += closes.length > 0 ? 1 : 0
      }
      lengths[taken] = (lengths[taken] ?? 0) + 1
      const [before, after] = [first, inForce].map(compilePolicy)
      for (const call of calls) {
        if (before === undefined || after === undefined) continue
        const [was, is] = [evaluate(before, call), evaluate(after, call)]
        if (was.kind === 'deny') seen.deniedFirst += 1
        if (was.kind === 'ask') seen.askedFirst += 1
        if (rank[is.kind] < rank[was.kind]) seen.closer += 1
        expect(rank[is.kind]).toBeLessThanOrEqual(rank[was.kind])
        expect(loosened(was, is)).toEqual([])
      }
    }),
    { numRuns: 4000 },
  )
  // Those that were made of several, each of which did close something.
  expect(lengths.slice(2).reduce((sum, count) => sum + count)).toBeGreaterThan(1000)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1000)
})
