import { linearPattern } from '@countersign/shared/policy/linear-pattern'
import type { Condition } from '@countersign/shared/policy/policy-file'

/**
 * How a condition stands with the arguments of one call. `incomparable`: there is a value, and of a type that the operator can't
 * compare, such as "39" with 40. What then follows is for the rule to say, and is always the stricter of the two.
 */
export type Standing = 'holds' | 'fails' | 'missing' | 'incomparable'

export const compileCondition = (condition: Condition): ((args: unknown) => Standing) => {
  const steps = stepsOf(condition.path)
  if (condition.op === 'exists') {
    return (args) => ((valueAt(args, steps) !== undefined) === condition.value ? 'holds' : 'fails')
  }
  const holds = comparison(condition)
  return (args) => {
    const value = valueAt(args, steps)
    if (value === undefined) return 'missing'
    const answer = holds(value)
    return answer === undefined ? 'incomparable' : answer ? 'holds' : 'fails'
  }
}

/** Whether the argument at this path is there and not empty: neither null, nor blank, nor without an element. */
export const compilePresence = (path: string): ((args: unknown) => boolean) => {
  const steps = stepsOf(path)
  return (args) => {
    const value = valueAt(args, steps)
    if (value === undefined || value === null) return false
    if (typeof value === 'string') return value.trim() !== ''
    return typeof value !== 'object' || Object.keys(value).length > 0
  }
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

const isIn =
  (list: readonly Scalar[]): Comparison =>
  (value) => {
    const answers = list.map((wanted) => equal(value, wanted))
    return answers.includes(true) ? true : answers.includes(false) ? false : undefined
  }

/** A part of a text, or an element of a list. */
const contains = (value: unknown, wanted: Scalar): boolean | undefined => {
  if (typeof value === 'string') return typeof wanted === 'string' ? value.includes(wanted) : undefined
  if (!Array.isArray(value)) return undefined
  const answers = value.map((element) => equal(element, wanted))
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false
}

const matches = (source: string): Comparison => {
  const pattern = linearPattern(source)
  // The file would not have been read.
  if ('problem' in pattern) return () => undefined
  return (value) => (typeof value === 'string' ? pattern.test(value) : undefined)
}

/** The steps of a path below `args`. */
const stepsOf = (path: string): readonly string[] => path.split('.').slice(1)

/** Undefined when it is missing, which no JSON value is. Only what a value has of its own counts, and of a list its elements. */
const valueAt = (args: unknown, steps: readonly string[]): unknown => {
  let found = args
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined
    if (Array.isArray(found) && !/^\d+$/.test(step)) return undefined
    found = Reflect.get(found, step)
  }
  return found
}
