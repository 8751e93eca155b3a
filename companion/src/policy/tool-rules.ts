import type { Limit } from '@countersign/shared/policy/decision'
import { jsonPointer } from '@countersign/shared/policy/json-pointer'
import {
  type Denial,
  type FileLimit,
  type PolicyFile,
  readRateLimit,
  type Requirement,
  secondsIn,
  secondsOfWindow,
  type ToolRules,
} from '@countersign/shared/policy/policy-file'
import { promptSeconds } from '../approvals/patience.ts'
import { everyReleaseAsks, releaseTool } from './release-rules.ts'
import { ruleName } from './rule-name.ts'

/** The rules of one tool, whichever way they were written, and from however many entries they come. */
export type Rules = {
  /** The entries of the file that name the tool. */
  readonly entries: readonly string[]
  readonly denied: { readonly rule: string; readonly reason: string | undefined } | undefined
  readonly denyIf: readonly Placed<Denial>[]
  readonly require: readonly Placed<Requirement>[]
  readonly limits: readonly Limit[]
  readonly asks: { readonly rule: string; readonly timeout: number | undefined } | undefined
}
export type Placed<T> = { readonly rule: string; readonly says: T }

/** The file's rules, sorted by whom they are for. */
export type RuleBook = {
  /** By the name that rules know a tool by. Tools that are not here follow the default; a release always is. */
  readonly named: ReadonlyMap<string, Own>
  /** For every tool that has none of its own. */
  readonly rest: Rules | undefined
  readonly everyCall: readonly Limit[]
}
export type Own = {
  readonly rules: Rules
  /** An entry of the tool has no rule of its own, and takes those that are for the rest. */
  readonly followsRest: boolean
}

export const ruleBook = (file: PolicyFile): RuleBook => {
  const entries = Object.entries(file.tools ?? {})
  const star = entries.find(([name]) => name === '*')
  const named = new Map<string, Own>()
  for (const [name, rules] of entries) {
    if (name === '*') continue
    const own = { rules: rulesOf(name, rules), followsRest: isBare(rules) && name !== releaseTool }
    const twin = named.get(ruleName(name))
    // The first name's rules come first, however the file is sorted.
    const both = twin && (name === ruleName(name) ? joined(own, twin) : joined(twin, own))
    named.set(ruleName(name), both ?? own)
  }
  if (!named.has(releaseTool)) named.set(releaseTool, { rules: rulesOf(releaseTool, {}), followsRest: false })
  return {
    named,
    rest: star && rulesOf(...star),
    everyCall: limitsOf('/all_tools/limits', file.all_tools?.limits),
  }
}

/** The strictest of both: whatever either denies is denied, and whatever either asks is asked. */
export const strictest = (a: Rules, b: Rules): Rules => ({
  entries: [...new Set([...a.entries, ...b.entries])],
  denied: a.denied ?? b.denied,
  denyIf: [...a.denyIf, ...b.denyIf],
  require: [...a.require, ...b.require],
  limits: [...a.limits, ...b.limits],
  asks: a.asks === undefined || (b.asks !== undefined && patience(b) < patience(a)) ? b.asks : a.asks,
})

const joined = (a: Own, b: Own): Own => ({
  rules: strictest(a.rules, b.rules),
  followsRest: a.followsRest || b.followsRest,
})

const patience = ({ asks }: Rules): number => asks?.timeout ?? promptSeconds

/** Whether an entry has no rule, but for naming the tool. `"action": "allow"` is one. */
export const isBare = ({
  action,
  require,
  deny_if: denyIf,
  limits,
  rate_limit: rate,
  require_approval: asks,
}: ToolRules) =>
  action === undefined &&
  rate === undefined &&
  asks === undefined &&
  [require, denyIf, limits].every((list) => list === undefined || list.length === 0)

const rulesOf = (name: string, given: ToolRules): Rules => {
  const entry = jsonPointer(['tools', name])
  const { action, reason, rate_limit: rate, require_approval: approval } = given
  return {
    entries: [entry],
    denied: action === 'deny' ? { rule: `${entry}/action`, reason } : undefined,
    denyIf: placed(`${entry}/deny_if`, given.deny_if),
    require: placed(`${entry}/require`, given.require),
    limits: [
      ...limitsOf(`${entry}/limits`, given.limits),
      ...(rate === undefined ? [] : [rateLimitOf(`${entry}/rate_limit`, rate)]),
    ],
    asks: asksOf(entry, action, approval) ?? (name === releaseTool ? everyReleaseAsks : undefined),
  }
}

const asksOf = (entry: string, action: ToolRules['action'], approval: ToolRules['require_approval']): Rules['asks'] => {
  if (typeof approval === 'object') return { rule: `${entry}/require_approval`, timeout: secondsIn(approval.timeout) }
  if (approval === true) return { rule: `${entry}/require_approval`, timeout: undefined }
  return action === 'require_approval' ? { rule: `${entry}/action`, timeout: undefined } : undefined
}

const placed = <T>(list: string, given: readonly T[] = []): Placed<T>[] =>
  given.map((says, index) => ({ rule: `${list}/${index}`, says }))

const limitsOf = (list: string, given: readonly FileLimit[] = []): Limit[] =>
  given.map(({ counter, window, max, scope }, index) => ({
    rule: `${list}/${index}`,
    counter,
    scope,
    window: secondsOfWindow(window),
    max,
  }))

/** Its counter is named for the rule. If somebody gave that name to another, both would count more calls, never fewer. */
const rateLimitOf = (rule: string, given: NonNullable<ToolRules['rate_limit']>): Limit => ({
  rule,
  counter: rule,
  scope: 'grant',
  ...readRateLimit(given),
})
