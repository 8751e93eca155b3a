import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Condition } from '@countersign/shared/policy/policy-file'

/** A condition as a clause of a sentence: "args.bid_rate is under 40". */
export const conditionInWords = (condition: Condition): string => {
  const path = harmlessText(condition.path, 60).text
  if (condition.op === 'exists') return `${path} is ${condition.value ? '' : 'not '}given`
  const { op, value } = condition
  const shown = Array.isArray(value) ? value.map(inWords).join(', ') : inWords(value)
  return `${path} ${verbs[op]} ${harmlessText(shown, 120).text}`
}

const verbs = {
  eq: 'is',
  neq: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  lt: 'is under',
  lte: 'is at most',
  gt: 'is over',
  gte: 'is at least',
  regex: 'matches',
  contains: 'contains',
} as const satisfies Record<Exclude<Condition['op'], 'exists'>, string>

const inWords = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `“${value}”` : String(value)
