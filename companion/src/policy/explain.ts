import type { Policy } from './compile-policy.ts'
import { evaluate, type PolicyCall } from './evaluate.ts'
import { releaseTool } from './release-rules.ts'
import { limitInWords } from './rule-words.ts'

/** What would become of a call, for a person who wants to know. */
export type Explained = {
  readonly decision: 'allow' | 'deny' | 'ask'
  readonly rule: string
  readonly reason: string
  /** In words, each with its rule. */
  readonly limits: string[]
}

/** As `evaluate` decides; nothing is counted. */
export const explain = (policy: Policy, call: PolicyCall): Explained => {
  const decision = evaluate(policy, call)
  if (decision.kind === 'deny') return { decision: 'deny', rule: decision.rule, reason: decision.reason, limits: [] }
  const { kind, rule, limits } = decision
  const asks = call.tool === releaseTool ? 'Every release asks the person first.' : 'The policy asks the person first.'
  const reason = kind === 'ask' ? asks : 'The policy allows this call.'
  return { decision: kind, rule, reason, limits: limits.map((limit) => `${limitInWords(limit)} (${limit.rule})`) }
}
