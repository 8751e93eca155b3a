import type { Decision } from '@countersign/shared/policy/decision'
import type { CompiledRules, Policy } from './compile-policy.ts'

/** A call as the policy looks at it. */
export type PolicyCall = {
  /** Names are compared as they are: `Save_Session` is another tool than `save_session`. */
  readonly tool: string
  /** The arguments as they came, in JSON. */
  readonly args: unknown
}

/**
 * What the policy says of a call: the first of these that applies. Hidden; not allowed by the default; denied by a rule for every call
 * of the tool, or for this one; asked; allowed. The limits come after it. Pure, and never throws.
 */
export const evaluate = (policy: Policy, { tool, args }: PolicyCall): Decision => {
  if (policy.isHidden(tool)) return { kind: 'deny', rule: '(hidden)', reason: 'The policy hides this tool.' }
  const named = policy.named(tool)
  if (named === undefined && policy.default === 'deny') {
    return { kind: 'deny', rule: '(default deny)', reason: 'The policy has no rule that allows this tool.' }
  }
  const rules = named ?? policy.unnamed
  const refused = rules.denied ?? rules.breaks(args)
  if (refused !== undefined) return { kind: 'deny', ...refused }
  const { limits } = rules
  const asks = rules.asks ?? askedByDefault(policy, rules)
  if (asks === undefined) return { kind: 'allow', rule: rules.entry ?? '(default allow)', limits }
  const { rule, timeout } = asks
  return { kind: 'ask', rule, limits, ...(timeout === undefined ? {} : { timeout }) }
}

const askedByDefault = (policy: Policy, { entry }: CompiledRules): CompiledRules['asks'] =>
  entry === undefined && policy.default === 'ask' ? { rule: '(default ask)', timeout: undefined } : undefined
