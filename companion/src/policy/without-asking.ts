import type { PolicyFile, ToolRules } from '@countersign/shared/policy/policy-file'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { ruleName } from './rule-name.ts'
import { isBare, ruleBook, strictest } from './tool-rules.ts'

/** Of these tools those that would run without asking, where now they ask, or are denied. */
export const newlyWithoutAsking = (
  inForce: PolicyFile,
  proposed: PolicyFile,
  tools: readonly string[],
): readonly string[] => tools.filter((tool) => runsUnasked(proposed, tool) && !runsUnasked(inForce, tool))

/** Whether there are calls of this tool that pass without the person, whatever their arguments have to be. */
export const runsUnasked = (file: PolicyFile, tool: string): boolean => {
  const hidden = new Set([file.hide ?? []].flat().map(ruleName))
  if (hidden.has('*') || hidden.has(ruleName(tool))) return false
  const { named, rest } = ruleBook(file)
  const own = named.get(ruleName(tool))
  if (own === undefined && file.default !== 'allow') return false
  const rules =
    own === undefined ? rest : own.followsRest && rest !== undefined ? strictest(own.rules, rest) : own.rules
  if (rules === undefined) return true
  const isDenied = rules.denied !== undefined || rules.denyIf.some(({ says }) => says.conditions.length === 0)
  return !isDenied && rules.asks === undefined
}

/** The same policy, in which these tools ask. Undefined where that can't be written, such as in a file that has no room left. */
export const stillAsking = (text: string, tools: readonly string[]): string | undefined => {
  const read = readPolicy(text)
  if (read.kind === 'invalid') return undefined
  const entries: Record<string, ToolRules> = { ...read.file.tools }
  for (const tool of tools) {
    const name = Object.keys(entries).find((written) => ruleName(written) === ruleName(tool)) ?? ruleName(tool)
    const own = entries[name] ?? {}
    // One that has no rule of its own is under those for the rest, and is no longer when it gets one: so it takes them along.
    entries[name] = isBare(own) ? { ...entries['*'], ...own, ...asks } : { ...own, ...asks }
  }
  const file = { ...read.file, tools: entries }
  return [`${JSON.stringify(file, null, 2)}\n`, JSON.stringify(file)].find((made) => {
    const again = readPolicy(made)
    return again.kind === 'policy' && tools.every((tool) => !runsUnasked(again.file, tool))
  })
}

const asks = { require_approval: true } as const
