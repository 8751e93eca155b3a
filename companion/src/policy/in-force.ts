import type { Decision } from '@countersign/shared/policy/decision'
import type { AcceptedPolicies } from './accepted.ts'
import { compilePolicy, type Policy } from './compile-policy.ts'
import { evaluate, type PolicyCall } from './evaluate.ts'
import { explain, type Explained } from './explain.ts'

/** The policy that decides. Each call is decided by one whole policy, whatever comes into force meanwhile. */
export type PolicyInForce = {
  decide(call: PolicyCall): Decision
  /** The same in words; nothing is counted. */
  explain(call: PolicyCall): Explained
  isHidden(tool: string): boolean
  /** The id of the question whose yes put the accepted policy in force; null for the shipped default. */
  acceptance(): string | null
  /** Called when another policy has come into force. Gives the way to stop. */
  onChange(listener: () => void): () => void
}

export const createPolicyInForce = (
  accepted: Pick<AcceptedPolicies, 'inForce' | 'all' | 'onChange'>,
): PolicyInForce => {
  let policy: Policy = compilePolicy(accepted.inForce().file)
  const listeners = new Set<() => void>()
  accepted.onChange(() => {
    policy = compilePolicy(accepted.inForce().file)
    for (const listener of listeners) listener()
  })
  return {
    decide: (call) => evaluate(policy, call),
    explain: (call) => explain(policy, call),
    isHidden: (tool) => policy.isHidden(tool),
    acceptance: () => accepted.all().at(-1)?.approval.document.request ?? null,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
