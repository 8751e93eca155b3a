import { canonicalJson } from '@countersign/shared/canonical'
import type { Limit } from '@countersign/shared/policy/decision'
import type { Denial, PolicyFile, Requirement } from '@countersign/shared/policy/policy-file'
import { isDeepStrictEqual } from 'node:util'
import { promptSeconds } from '../approvals/patience.ts'
import { ruleName } from './rule-name.ts'
import {
  defaults,
  inWords,
  limitInWords,
  nameInWords,
  outcomeInWords,
  requirementInWords,
  timeInWords,
  whenInWords,
} from './rule-words.ts'
import { type Own, type Placed, type RuleBook, ruleBook, type Rules, strictest } from './tool-rules.ts'

/** What would become another, in sentences for the person. Where nothing opens, it may take effect without her. */
export type Changes = { readonly closes: readonly string[]; readonly opens: readonly string[] }

/**
 * What a proposed policy closes and what it opens. It closes exactly where, in an entry that is there already, a tool is set to deny, a
 * `deny_if`, a `require` or an approval is added, or a `max` is lowered with the same counter, window and scope; and where a name is
 * added to `hide`. All else opens, if only in that it is for her to say: a new limit, or a new entry that denies. That for a release is
 * always there already.
 */
export const compare = (inForce: PolicyFile, proposed: PolicyFile): Changes => {
  const changes = [
    ...compareDefaults(inForce, proposed),
    ...compareHidden(inForce, proposed),
    ...compareBooks(ruleBook(inForce), ruleBook(proposed), proposed),
  ]
  const linesOf = (kind: Change['kind']) => [
    ...new Set(changes.filter((change) => change.kind === kind).map(({ line }) => line)),
  ]
  return { closes: linesOf('closes'), opens: linesOf('opens') }
}

type Change = { readonly kind: 'closes' | 'opens'; readonly line: string }
const closes = (line: string): Change => ({ kind: 'closes', line })
const opens = (line: string): Change => ({ kind: 'opens', line })

const compareDefaults = (before: PolicyFile, after: PolicyFile): Change[] =>
  before.default === after.default ? [] : [opens(`Every tool that is not named ${defaults[after.default]}.`)]

const compareHidden = (before: PolicyFile, after: PolicyFile): Change[] => {
  const namesIn = ({ hide = [] }: PolicyFile) => new Set([hide].flat().map(ruleName))
  const [was, is] = [namesIn(before), namesIn(after)]
  const label = (name: string) => (name === '*' ? 'Every tool' : nameInWords(name))
  return [
    ...[...is]
      .filter((name) => !was.has(name))
      .map((name) => closes(`${label(name)} will be hidden from agents, and denied.`)),
    ...[...was]
      .filter((name) => !is.has(name))
      .map((name) => opens(`${label(name)} will no longer be hidden from agents.`)),
  ]
}

const others = 'Every tool without rules of its own'

const compareBooks = (before: RuleBook, after: RuleBook, file: PolicyFile): Change[] => [
  ...compareLimits('All tools together', before.everyCall, after.everyCall, (_, line) => [opens(line)]),
  ...compareRest(before.rest, after.rest),
  ...comparePatience(before.rest, after.rest, file),
  ...[...new Set([...before.named.keys(), ...after.named.keys()])].flatMap((name) => {
    const [was, is] = [before.named.get(name), after.named.get(name)]
    const label = nameInWords(name)
    if (is === undefined) return [opens(`${label} is no longer named: it ${defaults[file.default]}.`)]
    const now = effective(is, after.rest)
    if (was === undefined) return [opens(`${label} is newly named: it ${outcomeInWords(now)}.`)]
    if (!isDeepStrictEqual(new Set(was.rules.entries), new Set(is.rules.entries))) {
      return [opens(`${label} is named in another way: it ${outcomeInWords(now)}.`)]
    }
    const follow = { before: was.followsRest, after: is.followsRest }
    // What changed for it then is what changed for the rest.
    if (follow.before && follow.after && isDeepStrictEqual(was.rules, is.rules)) return []
    return compareRules(label, effective(was, before.rest), now, follow)
  }),
]

const effective = ({ rules, followsRest }: Own, rest: Rules | undefined): Rules =>
  followsRest && rest !== undefined ? strictest(rules, rest) : rules

const compareRest = (before: Rules | undefined, after: Rules | undefined): Change[] => {
  if (before === undefined && after === undefined) return []
  if (before === undefined || after === undefined) {
    return [
      opens(`${others} ${after === undefined ? 'loses those that were for all of them' : outcomeInWords(after)}.`),
    ]
  }
  return compareRules(others, before, after, { before: true, after: true })
}

/** Tools that are not named may be asked about by default; an approval that is added for the rest then is no more than its time. */
const comparePatience = (before: Rules | undefined, after: Rules | undefined, file: PolicyFile): Change[] => {
  const waits = after?.asks?.timeout ?? promptSeconds
  if (file.default !== 'ask' || before?.asks !== undefined || waits <= promptSeconds) return []
  return [opens(waiting('Every tool that is not named', timeInWords(waits), timeInWords(promptSeconds)))]
}

/** @param follow whether the tool is under the rules for those that have none of their own */
const compareRules = (
  label: string,
  before: Rules,
  after: Rules,
  follow: { readonly before: boolean; readonly after: boolean },
): Change[] => {
  // A rule is added to the tool's own entry, or to that of the rest which it was under; not by coming under that one.
  const gain: Gain = (rule, line) => (isOfRest(rule) && !follow.before ? opens(line) : closes(line))
  // A tool that is set to deny is no longer under the rules for the rest, and nothing opens by that.
  const isSetToDeny = after.denied !== undefined && follow.before && !follow.after
  const lose: Lose = (rule, line) => (isOfRest(rule) && isSetToDeny ? [] : [opens(line)])
  const denials = difference(before.denyIf, after.denyIf, ({ conditions }) => conditions.map(canonicalJson).sort())
  const required = difference(before.require, after.require, (says) => says)
  return [
    ...compareDenied(label, before, after, gain),
    ...compareAsks(label, before, after, gain, lose),
    ...denials.added.map(({ rule, says }) => gain(rule, `${label} will be denied ${whenInWords(says)}.`)),
    ...denials.removed.flatMap(({ rule, says }) =>
      lose(rule, `${label} will no longer be denied ${whenInWords(says)}.`),
    ),
    ...denials.kept.filter(([was, is]) => was.on_deny !== is.on_deny).map(([, is]) => opens(newText(label, is))),
    ...required.added.map(({ rule, says }) =>
      gain(rule, `${label} will be denied unless ${requirementInWords(says)}.`),
    ),
    ...required.removed.flatMap(({ rule, says }) =>
      lose(rule, `${label} will be allowed also where not: ${requirementInWords(says)}.`),
    ),
    ...compareLimits(label, before.limits, after.limits, lose),
  ]
}

const isOfRest = (rule: string): boolean => rule.startsWith('/tools/*/')

type Gain = (rule: string, line: string) => Change
type Lose = (rule: string, line: string) => Change[]

const compareDenied = (label: string, { denied: was }: Rules, after: Rules, gain: Gain): Change[] => {
  const { denied: is } = after
  if (is === undefined) return was === undefined ? [] : [opens(`${label} ${outcomeInWords(after)}.`)]
  // Its own entry says so now, not only that for the rest.
  const isOwnNow = was !== undefined && isOfRest(was.rule) && !isOfRest(is.rule)
  if (was === undefined || isOwnNow) return [gain(is.rule, `${label} will be denied.`)]
  return was.reason === is.reason ? [] : [opens(newText(label, { conditions: [], on_deny: is.reason }))]
}

const compareAsks = (label: string, before: Rules, after: Rules, gain: Gain, lose: Lose): Change[] => {
  const [{ asks: was }, { asks: is }] = [before, after]
  if (is === undefined) {
    if (was === undefined) return []
    // An entry has one action: where it becomes `deny`, it can't stay `require_approval`.
    const isSetToDeny = before.denied === undefined && after.denied !== undefined
    if (isSetToDeny && was.rule.endsWith('/action')) return []
    return lose(was.rule, `${label} will ${after.denied === undefined ? 'run without asking' : 'no longer ask'} you.`)
  }
  const [waited, waits] = [was, is].map((asks) => timeInWords(asks?.timeout ?? promptSeconds))
  if (was === undefined) return [gain(is.rule, `${label} will ask you each time, and wait ${waits} for your answer.`)]
  return waited === waits ? [] : [opens(waiting(label, waits, waited))]
}

const waiting = (label: string, waits: string | undefined, waited: string | undefined): string =>
  `${label} will wait ${waits} for your answer, where it waited ${waited}.`

const newText = (label: string, denial: Denial): string =>
  `What agents read when ${label} is denied ${whenInWords(denial)} will be ${denial.on_deny === undefined ? 'our own words' : `“${inWords(denial.on_deny)}”`}.`

/** What is in one list and not in the other, by what makes an element the same. The order does not matter. */
const difference = <T extends Denial | Requirement>(
  before: readonly Placed<T>[],
  after: readonly Placed<T>[],
  essence: (says: T) => unknown,
): { added: Placed<T>[]; removed: Placed<T>[]; kept: [T, T][] } => {
  // Of two that are the same the first is the one that speaks.
  const byEssence = (all: readonly Placed<T>[]) =>
    new Map(all.toReversed().map((one) => [canonicalJson(essence(one.says)), one]))
  const [was, is] = [byEssence(before), byEssence(after)]
  return {
    added: [...is].filter(([key]) => !was.has(key)).map(([, one]) => one),
    removed: [...was].filter(([key]) => !is.has(key)).map(([, one]) => one),
    kept: [...is].flatMap(([key, { says }]): [T, T][] => {
      const known = was.get(key)
      return known === undefined ? [] : [[known.says, says]]
    }),
  }
}

const compareLimits = (label: string, before: readonly Limit[], after: readonly Limit[], lose: Lose): Change[] => {
  const [was, is] = [lowest(before), lowest(after)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)]
    if (now === undefined) {
      return old === undefined ? [] : lose(old.rule, `${label} will no longer be held to ${limitInWords(old)}.`)
    }
    if (old === undefined) return [opens(`${label} will be held to ${limitInWords(now)}.`)]
    const line = `${label} will be held to ${limitInWords(now)}, where it was ${old.max}.`
    return now.max === old.max ? [] : [now.max < old.max ? closes(line) : opens(line)]
  })
}

/** Of limits that differ in their max alone, the one that counts. */
const lowest = (limits: readonly Limit[]): ReadonlyMap<string, Limit> => {
  const found = new Map<string, Limit>()
  for (const limit of limits) {
    const key = canonicalJson([limit.counter, limit.scope, limit.window])
    const known = found.get(key)
    if (known === undefined || limit.max < known.max) found.set(key, limit)
  }
  return found
}
