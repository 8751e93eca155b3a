import type { Decision } from '@countersign/shared/policy/decision'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryCall, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluate } from './evaluate.ts'

describe('any policy and any call', () => {
  it('have one decision, the same each time, and it names a rule', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryCall, (file, call) => {
        const decision = evaluate(compilePolicy(file), call)
        expect(decision.rule).toMatch(/^(\/tools\/.+|\((hidden|every release|default (deny|allow|ask))\))$/)
        expect(evaluate(compilePolicy(structuredClone(file)), structuredClone(call))).toEqual(decision)
      }),
      { numRuns: 3000 },
    )
  })

  it('never throws, whatever is called with whatever', () => {
    fc.assert(
      fc.property(arbitraryPolicy, fc.string(), fc.anything(), (file, tool, args) => {
        expect(['allow', 'ask', 'deny']).toContain(evaluate(compilePolicy(file), { tool, args }).kind)
      }),
      { numRuns: 2000 },
    )
  })

  it('are decided by the earliest rule that applies: without the later ones it says the same', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryCall, (file, call) => {
        const decision = evaluate(compilePolicy(file), call)
        const stage = stageOf(decision)
        const without = evaluate(compilePolicy(withoutLater(file, stage)), call)
        expect(stage === askedOrAllowed ? decision : without).toEqual(decision)
        // And where nothing but the earlier ones is left, none of them applies.
        const earlier = evaluate(compilePolicy(withoutLater(file, stage - 1)), call)
        expect(stageOf(earlier)).toBeGreaterThanOrEqual(stage)
      }),
      { numRuns: 3000 },
    )
  })

  it('let no release pass without her', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryCall, (file, { args }) => {
        expect(evaluate(compilePolicy(file), { tool: 'export', args }).kind).not.toBe('allow')
      }),
      { numRuns: 1000 },
    )
  })

  it('is no less strict for a twin, a hidden name, or one more rule', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryCall, (file, call) => {
        const other = { save_session: 'manual_login', manual_login: 'save_session' }[call.tool] ?? call.tool
        const policy = compilePolicy(file)
        expect(evaluate(policy, { ...call, tool: other })).toEqual(evaluate(policy, call))
        expect(evaluate(compilePolicy({ ...file, hide: [call.tool] }), call).rule).toBe('(hidden)')
      }),
      { numRuns: 2000 },
    )
  })
})

/** What denies, in the order in which it is looked at. */
const stages = [/^\(hidden\)$/, /^\(default deny\)$/, /\/action$/, /\/deny_if\/\d+$/, /\/require\/\d+$/]
const askedOrAllowed = stages.length
const stageOf = ({ kind, rule }: Decision): number =>
  kind === 'deny' ? stages.findIndex((pattern) => pattern.test(rule)) : askedOrAllowed

/** The file without the rules of the stages after this one; an entry that had rules of its own still has one. */
const withoutLater = (file: PolicyFile, stage: number): PolicyFile => ({
  version: '1',
  default: file.default === 'deny' && stage < 1 ? 'allow' : file.default,
  hide: stage < 0 ? [] : (file.hide ?? []),
  tools: Object.fromEntries(
    Object.entries(file.tools ?? {}).map(([name, { action, reason, deny_if: denyIf, require, ...rest }]) => {
      const lists = [denyIf, require, rest.limits].every((list) => list === undefined || list.length === 0)
      const isBare = action === undefined && lists && (rest.rate_limit ?? rest.require_approval) === undefined
      if (isBare) return [name, {}]
      return [
        name,
        {
          action: action === 'deny' && stage >= 2 ? action : 'allow',
          reason,
          deny_if: stage >= 3 ? (denyIf ?? []) : [],
          require: stage >= 4 ? (require ?? []) : [],
        },
      ]
    }),
  ),
})
