import type { Limit } from '@countersign/shared/policy/decision'
import type { Condition, Denial, PolicyFile, Requirement } from '@countersign/shared/policy/policy-file'
import { type ArgumentPaths, createArgumentPaths } from './argument-paths.ts'
import { compileCondition, isGiven, type Standing } from './conditions.ts'
import { conditionInWords } from './condition-words.ts'
import { ruleName } from './rule-name.ts'
import { type Placed, ruleBook, type Rules, strictest } from './tool-rules.ts'

/** A policy made ready for `evaluate`: what can be known before any call is known. */
export type Policy = {
  readonly default: PolicyFile['default']
  isHidden(tool: string): boolean
  /** Undefined for a tool that is not named. */
  named(tool: string): CompiledRules | undefined
  /** For tools that are not named, unless the default denies them. */
  readonly unnamed: CompiledRules
}

/** Rules by which a tool's calls are held, in the order in which they are looked at. */
export type CompiledRules = {
  /** The entry that allows the tool; undefined where it is the default that does. */
  readonly entry: string | undefined
  /** Why every call is denied. */
  readonly denied: Refused | undefined
  /** Why this one is: the first rule that it breaks. */
  breaks(args: unknown): Refused | undefined
  readonly limits: readonly Limit[]
  readonly asks: Rules['asks']
}
export type Refused = { readonly rule: string; readonly reason: string }

export const compilePolicy = (file: PolicyFile): Policy => {
  const { named, rest, everyCall } = ruleBook(file)
  const rules = new Map(
    [...named].map(([name, own]) => [
      name,
      compileRules(own.followsRest && rest !== undefined ? strictest(own.rules, rest) : own.rules, everyCall),
    ]),
  )
  const hidden = new Set([file.hide ?? []].flat().map(ruleName))
  const others = compileRules(rest ?? noRules, everyCall)
  return {
    default: file.default,
    isHidden: (tool) => hidden.has('*') || hidden.has(ruleName(tool)),
    named: (tool) => rules.get(ruleName(tool)),
    unnamed: { ...others, entry: undefined },
  }
}

const noRules: Rules = { entries: [], denied: undefined, denyIf: [], require: [], limits: [], asks: undefined }

const compileRules = (rules: Rules, everyCall: readonly Limit[]): CompiledRules => {
  const paths = createArgumentPaths()
  const breakable = [
    ...rules.denyIf.map((denial) => compileDenial(denial, paths)),
    ...rules.require.map((requirement) => compileRequirement(requirement, paths)),
  ]
  return {
    entry: rules.entries[0],
    denied: rules.denied && {
      rule: rules.denied.rule,
      reason: rules.denied.reason ?? 'The policy denies this tool.',
    },
    breaks: (args) => {
      const values = paths.valuesIn(args)
      for (const one of breakable) if (one.isBroken(values)) return one.refused
      return undefined
    },
    limits: [...everyCall, ...rules.limits],
    asks: rules.asks,
  }
}

type Values = ReturnType<ArgumentPaths['valuesIn']>
type Breakable = { readonly refused: Refused; isBroken(values: Values): boolean }

const compileDenial = (
  { rule, says: { conditions, on_deny: reason } }: Placed<Denial>,
  paths: ArgumentPaths,
): Breakable => {
  const compiled = conditions.map((condition) => compileAt(condition, paths))
  const [only] = compiled
  return {
    refused: { rule, reason: reason ?? 'The policy denies a call with these arguments.' },
    isBroken:
      only !== undefined && compiled.length === 1
        ? (values) => countsAgainst(only(values))
        : (values) => compiled.every((standing) => countsAgainst(standing(values))),
  }
}

const countsAgainst = (standing: Standing): boolean => standing === 'holds' || standing === 'incomparable'

const compileRequirement = ({ rule, says }: Placed<Requirement>, paths: ArgumentPaths): Breakable => {
  if (typeof says === 'string') {
    const place = paths.place(says)
    const reason = `The policy wants \`${says}\` to be given, and not empty.`
    return { refused: { rule, reason }, isBroken: (values) => !isGiven(values[place]) }
  }
  const standing = compileAt(says, paths)
  const reason = `The policy takes this call only when ${conditionInWords(says)}.`
  return { refused: { rule, reason }, isBroken: (values) => standing(values) !== 'holds' }
}

const compileAt = (condition: Condition, paths: ArgumentPaths): ((values: Values) => Standing) => {
  const standing = compileCondition(condition)
  const place = paths.place(condition.path)
  return (values) => standing(values[place])
}
