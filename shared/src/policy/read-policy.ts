import { harmlessText } from '../approval/harmless-text.ts'
import { type JsonKey, jsonKeys } from './json-keys.ts'
import { type PolicyFile, policyFile } from './policy-file.ts'
import { mostPatternCost, patternCostIn } from './pattern-cost.ts'
import { type PolicyProblem, policyProblems } from './policy-problems.ts'
import { toolNameProblem } from './tool-name.ts'

/** A policy, or else everything that is wrong with the text: never both, and never a part. */
export type ReadPolicy =
  | { readonly kind: 'policy'; readonly file: PolicyFile }
  | { readonly kind: 'invalid'; readonly problems: readonly PolicyProblem[] }

/** Room for some thousands of rules, and not for a file that keeps us busy. */
const longestText = 256 * 1024

/** Reads a `policy.json`. Never throws. */
export const readPolicy = (text: string): ReadPolicy => {
  if (text.length > longestText) return invalid([{ path: '', message: 'A policy may have at most 256 KiB.' }])
  // Some editors put a mark before the text, which is none of it.
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text
  const parsed = parseJson(bare)
  if ('problem' in parsed) return invalid([{ path: '', message: parsed.problem }])
  if (patternCostIn(parsed.value) > mostPatternCost) return invalid([{ path: '', message: tooManyPatterns }])
  try {
    return judged(bare, parsed.value)
  } catch (thrown) {
    // Some hundred thousands of mistakes are more than can be handed from one function to the next.
    if (thrown instanceof RangeError) return invalid([{ path: '', message: tooManyMistakes }])
    throw thrown
  }
}

const judged = (text: string, value: unknown): ReadPolicy => {
  const found = policyFile.safeParse(value)
  const problems = [
    ...jsonKeys(text).flatMap(keyProblems),
    ...(found.success ? [] : policyProblems(found.error.issues, value)),
  ]
  return found.success && problems.length === 0 ? { kind: 'policy', file: found.data } : invalid(problems)
}

const tooManyMistakes = 'It has more mistakes than can be told.'

const tooManyPatterns = 'Its patterns are too large together. Count less in them, as in `a{1000}`, or have fewer.'

const invalid = (problems: readonly PolicyProblem[]): ReadPolicy => ({ kind: 'invalid', problems })

const parseJson = (text: string): { readonly value: unknown } | { readonly problem: string } => {
  try {
    return { value: JSON.parse(text) }
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : ''
    const position = Number(/position (\d+)/.exec(why)?.[1])
    const line = Number.isNaN(position) ? '' : ` in line ${text.slice(0, position).split('\n').length}`
    return { problem: `${harmlessText(`This is not JSON${line}: ${why}`, 300).text}.` }
  }
}

/** What the parsed value no longer shows. */
const keyProblems = ({ path, pointer, again }: JsonKey): PolicyProblem[] => {
  const key = String(path.at(-1))
  const nameProblem = path.length === 2 && path[0] === 'tools' ? toolNameProblem(key) : undefined
  return [
    ...(again ? [{ path: pointer, message: 'This key is there twice. Keep one of the two.' }] : []),
    ...(key === '__proto__' ? [{ path: pointer, message: 'No tool and no key can have this name.' }] : []),
    ...(nameProblem === undefined ? [] : [{ path: pointer, message: nameProblem }]),
  ]
}
