import { linearPattern } from '@countersign/shared/policy/linear-pattern'
import type { Condition } from '@countersign/shared/policy/policy-file'

/**
 * How a condition stands with the arguments of one call. `incomparable`: there is a value, and of a type that the operator can't
 * compare, such as "39" with 40. What then follows is for the rule to say, and is always the stricter of the two.
 */
export type Standing = 'holds' | 'fails' | 'missing' | 'incomparable'

/** @returns how the condition stands with the value at its path; undefined where there is none */
export const compileCondition = (condition: Condition): ((value: unknown) => Standing) => {
  if (condition.op === 'exists') {
    return (value) => ((value !== undefined) === condition.value ? 'holds' : 'fails')
  }
  const holds = comparison(condition)
  return (value) => {
    if (value === undefined) return 'missing'
    const answer = holds(value)
    return answer === undefined ? 'incomparable' : answer ? 'holds' : 'fails'
  }
}

/** Whether there is a value, and not an empty one: neither null, nor blank, nor without an element. */
export const isGiven = (value: unknown): boolean => {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.trim() !== ''
  return typeof value !== 'object' || Object.keys(value).length > 0
}

type Comparison = (value: unknown) => boolean | undefined

const comparison = (condition: Exclude<Condition, { op: 'exists' }>): Comparison => {
  switch (condition.op) {
    case 'eq':
      return (value) => equal(value, condition.value)
    case 'neq':
      return not((value) => equal(value, condition.value))
    case 'in':
      return isIn(condition.value)
    case 'not_in':
      return not(isIn(condition.value))
    case 'contains':
      return (value) => contains(value, condition.value)
    case 'regex':
      return matches(condition.value)
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
    default:
      return inOrder(order[condition.op], condition.value)
  }
}

type Scalar = string | number | boolean | null

const order = {
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
} as const

const inOrder =
  (than: (a: number, b: number) => boolean, wanted: number): Comparison =>
  (value) =>
    typeof value === 'number' && !Number.isNaN(value) ? than(value, wanted) : undefined

const not =
  (comparison: Comparison): Comparison =>
  (value) => {
    const answer = comparison(value)
    return answer === undefined ? undefined : !answer
  }

/** Undefined for values of two types: whoever runs the tool may yet take the one for the other. */
const equal = (value: unknown, wanted: Scalar): boolean | undefined => {
  if (wanted === null) return value === null
  return typeof value === typeof wanted ? value === wanted : undefined
}

const isIn = (list: readonly Scalar[]): Comparison => {
  const wanted = new Set<unknown>(list)
  // As `equal` has it for each of them: null can be compared with anything.
  const hasNull = wanted.has(null)
  const types = new Set(list.flatMap((one) => (one === null ? [] : [typeof one])))
  return (value) => wanted.has(value) || (hasNull || types.has(typeof value) ? false : undefined)
}

/** A part of a text, or an element of a list. */
const contains = (value: unknown, wanted: Scalar): boolean | undefined => {
  if (typeof value === 'string') return typeof wanted === 'string' ? value.includes(wanted) : undefined
  if (!Array.isArray(value)) return undefined
  let found: boolean | undefined = false
  for (const element of value) {
    const answer = equal(element, wanted)
    if (answer === true) return true
    if (answer === undefined) found = undefined
  }
  return found
}

const matches = (source: string): Comparison => {
  const pattern = linearPattern(source)
  // The file would not have been read.
  if ('problem' in pattern) return () => undefined
  return (value) => (typeof value === 'string' && value.length <= longestText ? pattern.test(value) : undefined)
}

/** Characters. A call may carry millions, and however fast each is looked at, nobody else would be served meanwhile. */
const longestText = 50_000
