import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Limit } from '@countersign/shared/policy/decision'
import type { Denial, PolicyFile, Requirement } from '@countersign/shared/policy/policy-file'
import { conditionInWords } from './condition-words.ts'
import type { Rules } from './tool-rules.ts'

// Rules as a person reads them. Whatever the file says in its own words comes out harmless, and on one line.

export const inWords = (text: string): string => harmlessText(text, 60).text

/** The name of a tool, in full: two that begin alike must not come out as one line. */
export const nameInWords = (name: string): string => harmlessText(name, 200).text

/** After "is denied": "when args.bid_rate is under 40". */
export const whenInWords = ({ conditions }: Denial): string =>
  conditions.length === 0 ? 'always' : `when ${conditions.map(conditionInWords).join(' and ')}`

/** After "unless": "args.cover_letter is given, and not empty". */
export const requirementInWords = (required: Requirement): string =>
  typeof required === 'string' ? `${inWords(required)} is given, and not empty` : conditionInWords(required)

/** "at most 30 times a minute for each agent". */
export const limitInWords = ({ max, window, scope }: Omit<Limit, 'rule' | 'counter'>): string =>
  `at most ${max === 1 ? 'once' : `${max} times`} ${windowInWords(window)} ${scopes[scope]}`

const scopes = {
  grant: 'for each agent',
  agent_session: 'for each connection of an agent',
  global: 'for all agents together',
} as const

const windowInWords = (seconds: number): string => {
  const named = { 60: 'a minute', 3600: 'an hour', 86400: 'a day' }[seconds]
  return named ?? `in ${timeInWords(seconds)}`
}

/** "2 minutes", in the largest unit that divides it. */
export const timeInWords = (seconds: number): string => {
  const [unit, size] = units.find(([, size]) => seconds % size === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const units: readonly (readonly [unit: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** What becomes of the calls of a tool that is under these rules: "will ask you each time, at most 30 times a minute for each agent". */
export const outcomeInWords = (rules: Pick<Rules, 'denied' | 'asks' | 'limits' | 'denyIf' | 'require'>): string => {
  if (rules.denied !== undefined) return 'will be denied'
  return [
    rules.asks === undefined ? defaults.allow : defaults.ask,
    ...rules.limits.map(limitInWords),
    ...rules.denyIf.map(({ says }) => `denied ${whenInWords(says)}`),
    ...rules.require.map(({ says }) => `denied unless ${requirementInWords(says)}`),
  ].join(', ')
}

/** What becomes of the calls of a tool that is not named. */
export const defaults: Readonly<Record<PolicyFile['default'], string>> = {
  allow: 'will run without asking you',
  ask: 'will ask you each time',
  deny: 'will be denied',
}
