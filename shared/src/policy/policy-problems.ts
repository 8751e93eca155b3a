import type { z } from 'zod'
import { harmlessText } from '../approval/harmless-text.ts'
import { jsonPointer } from './json-pointer.ts'
import { nearestWord } from './nearest-word.ts'
import { knownKeys } from './policy-file.ts'

/** One thing that is wrong with a policy file. */
export type PolicyProblem = {
  /** A JSON pointer; empty for the file as a whole. Its steps are the file's own words, whatever they hold. */
  readonly path: string
  /** A sentence that is fit to be shown on one line. */
  readonly message: string
}

/** What zod found, in words: which word is not known, where it stands, and what was probably meant. */
export const policyProblems = (issues: readonly Issue[], file: unknown): PolicyProblem[] =>
  issues.flatMap((issue) => problemsOf(issue, [], file))

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

const problemsOf = (issue: Issue, above: Path, file: unknown): PolicyProblem[] => {
  const path = [...above, ...issue.path]
  const at = jsonPointer(path)
  const written = valueAt(file, path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(path)
    return issue.keys.map((key) => ({
      path: jsonPointer([...path, key]),
      message: `There is no key ${shown(key)} here. ${meant(key, known)}`,
    }))
  }
  if (written === undefined && issue.code !== 'custom') return [missing(path)]
  if (issue.code === 'invalid_union') {
    if (issue.discriminator !== undefined) return [unknownWord('operator', at, written, operators)]
    const branch = branchFor(issue.errors)
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, file))
    return [{ path: at, message: `This has to be ${oneOf(issue.errors.flatMap((inner) => inner.flatMap(expected)))}.` }]
  }
  if (issue.code === 'invalid_value') {
    return [unknownWord(kindAt(path), at, written, issue.values.map(String))]
  }
  if (issue.code === 'invalid_type') return [{ path: at, message: `This has to be ${oneOf(expected(issue))}.` }]
  if (issue.code === 'too_small') return [{ path: at, message: tooSmall(issue.origin, issue.minimum) }]
  if (issue.code === 'too_big') return [{ path: at, message: tooBig(issue.origin, issue.maximum) }]
  return [{ path: at, message: harmlessText(issue.message).text }]
}

const missing = (path: Path): PolicyProblem => ({
  path: jsonPointer(path.slice(0, -1)),
  message: `${shown(path.at(-1))} is missing.`,
})

const unknownWord = (kind: string, path: string, written: unknown, known: readonly string[]): PolicyProblem => {
  const hint = typeof written === 'string' ? meant(written, known) : `Write ${oneOf(known.map((word) => `"${word}"`))}.`
  return { path, message: `There is no ${kind} ${shown(written)}. ${hint}` }
}

const meant = (written: string, known: readonly string[]): string => {
  const near = nearestWord(written, known)
  return near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean \`${near}\`?`
}

/** Of several ways to write something, the one that was tried: any that is at least of the same type. */
const branchFor = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined => {
  const without = (from: readonly (readonly Issue[])[], code: Issue['code']) =>
    from.filter((issues) => !issues.some((issue) => issue.code === code && issue.path.length === 0))
  const [tried, ...others] = without(branches, 'invalid_type')
  return others.length === 0 ? tried : (without(branches, 'invalid_value')[0] ?? tried)
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}
const expected = (issue: Issue): string[] => {
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value))
  return issue.code === 'invalid_type' ? [types[issue.expected] ?? issue.expected] : []
}

const oneOf = (all: readonly string[]): string =>
  all.length < 2 ? (all[0] ?? 'something else') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`

const tooSmall = (origin: string, least: number | bigint): string => {
  if (origin === 'string') return 'This must not be empty.'
  if (origin === 'array') return 'This list must not be empty.'
  return `This has to be at least ${least}. To let no call through, write "action": "deny".`
}
const tooBig = (origin: string, most: number | bigint): string =>
  origin === 'string' ? `This is longer than ${most} characters.` : `This may be at most ${most}.`

const operators = ['eq', 'neq', 'in', 'not_in', 'lt', 'lte', 'gt', 'gte', 'regex', 'contains', 'exists']

const kindAt = (path: Path): string => {
  const last = path.findLast((step) => typeof step === 'string')
  return typeof last === 'string' && ['window', 'scope', 'action', 'default', 'version'].includes(last) ? last : 'value'
}

/** What the object at this place may have. */
const keysAt = (path: Path): readonly string[] => {
  const [top] = path
  if (top === undefined) return knownKeys.file
  if (top === 'tools' && path.length === 2) return knownKeys.tool
  const last = path.findLast((step) => typeof step === 'string')
  return (typeof last === 'string' && Object.hasOwn(byKey, last) ? byKey[last] : undefined) ?? []
}
const byKey: Readonly<Record<string, readonly string[]>> = {
  all_tools: knownKeys.allTools,
  deny_if: knownKeys.denial,
  conditions: knownKeys.condition,
  require: knownKeys.condition,
  limits: knownKeys.limit,
  rate_limit: knownKeys.rateLimit,
  require_approval: knownKeys.approval,
}

/** A value as it may stand in a sentence: only the plain ones, and not at length. */
const shown = (value: unknown): string => {
  if (typeof value === 'string') return `\`${harmlessText(value, 60).text}\``
  if (Array.isArray(value)) return 'that is a list'
  return typeof value === 'object' && value !== null ? 'that is an object' : `\`${String(value)}\``
}

const valueAt = (value: unknown, path: Path): unknown => {
  let found = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined
    found = Object.getOwnPropertyDescriptor(found, step)?.value
  }
  return found
}
