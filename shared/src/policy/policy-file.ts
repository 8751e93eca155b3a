import { z } from 'zod'
import { linearPattern, longestPattern } from './linear-pattern.ts'
import { nearestWord } from './nearest-word.ts'
import { toolNameProblem } from './tool-name.ts'

/** `policy.json`: what each tool may do. `read-policy.ts` reads one, and says in words what is wrong with it. */

const words = (what: string) => z.string().min(1).max(1000).describe(what)

const path = z
  .string()
  .max(200)
  .regex(/^args(\.[^.]+)+$/, { error: 'A path begins with `args.`, as in `args.bid_rate`; a dot leads one step down.' })
  .describe('An argument of the call, such as `args.bid_rate`; a dot leads one step down.')

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const pattern = z
  .string()
  .max(longestPattern)
  .check((checked) => {
    if (checked.value.length > longestPattern) return
    const compiled = linearPattern(checked.value)
    if (!('problem' in compiled)) return
    const message = `This is not a regular expression that RE2 knows: ${compiled.problem}`
    checked.issues.push({ code: 'custom', input: checked.value, message })
  })

const condition = z
  .discriminatedUnion('op', [
    z.strictObject({
      path,
      op: z.enum(['eq', 'neq', 'contains']).describe('`contains`: a part of a text, or an element of a list.'),
      value: scalar,
    }),
    z.strictObject({ path, op: z.enum(['in', 'not_in']), value: z.array(scalar).min(1) }),
    z.strictObject({ path, op: z.enum(['lt', 'lte', 'gt', 'gte']), value: z.number() }),
    z.strictObject({
      path,
      op: z.literal('regex').describe('A pattern of RE2, found anywhere in the text; in linear time.'),
      value: pattern,
    }),
    z.strictObject({
      path,
      op: z.literal('exists').describe('Whether the argument is there; `false`: whether it is not.'),
      value: z.boolean().default(true),
    }),
  ])
  .meta({ id: 'condition' })
export type Condition = z.output<typeof condition>

const denial = z.strictObject({
  conditions: z.array(condition).default([]).describe('All must hold. None at all: the call is always denied.'),
  on_deny: words('What the agent is told.').optional(),
})
export type Denial = z.output<typeof denial>

const requirement = z.union([path, condition])
export type Requirement = z.output<typeof requirement>

const namedWindows = { minute: 60, hour: 3600, day: 86_400 } as const
const windowName = z.enum(['minute', 'hour', 'day'])
const max = z.int().min(1).max(1_000_000).describe('How many calls pass in any such time.')

const limit = z
  .strictObject({
    counter: z.string().min(1).max(200).describe('Limits with the same counter and scope count the same calls.'),
    window: windowName.describe('It slides: a limit for a minute holds for any 60 seconds.'),
    max,
    scope: z
      .enum(['grant', 'agent_session', 'global'])
      .default('grant')
      .describe('Counted for each agent, for each connection of an agent, or for all agents together.'),
  })
  .meta({ id: 'limit' })
export type FileLimit = z.output<typeof limit>

const seconds = z
  .int()
  .min(1)
  .max(31 * namedWindows.day)
const rateText = /^([1-9]\d{0,5})\/(minute|hour|day)$/
const rateTextProblem = (text: string): string => {
  const window = /^[1-9]\d*\/(.+)$/.exec(text)?.[1]
  const near = window === undefined ? undefined : nearestWord(window, windowName.options)
  if (window === undefined || near === undefined || near === window) {
    return 'Write it as "10/minute": how many, and `minute`, `hour` or `day`.'
  }
  return `There is no window \`${window}\`. Did you mean \`${near}\`?`
}
const rateLimit = z.union([
  z.strictObject({ max, window: z.union([windowName, seconds]).describe('In seconds, or a word.') }),
  z
    .string()
    .regex(rateText, { error: ({ input }) => rateTextProblem(String(input)) })
    .describe('Such as "10/minute".'),
])
export type RateLimit = z.output<typeof rateLimit>

const longestTimeout = namedWindows.day
const units = { s: 1, m: 60, h: 3600 } as const
const timeoutText = /^([1-9]\d{0,5})(s|m|h)$/
const timeout = z
  .string()
  .regex(timeoutText, { error: 'Write a time as "90s", "2m" or "1h".' })
  .refine((text) => !(secondsIn(text) > longestTimeout), { error: 'It may be at most a day, "24h".' })
  .describe('Such as "90s", "2m" or "1h". When nobody has answered by then, the answer is no.')

const approval = z.strictObject({ timeout })
const toolRules = z.strictObject({
  action: z.enum(['allow', 'deny', 'require_approval']).optional(),
  reason: words('What the agent is told when the tool is denied.').optional(),
  require: z.array(requirement).optional().describe('Arguments that must be there, and not empty.'),
  deny_if: z.array(denial).optional().describe('A call is denied when any of these holds.'),
  limits: z.array(limit).optional(),
  rate_limit: rateLimit.optional(),
  require_approval: z.union([z.boolean(), approval]).optional().describe('Ask the person each time.'),
})
export type ToolRules = z.output<typeof toolRules>

const allTools = z.strictObject({ limits: z.array(limit).optional().describe('For every call of any tool.') })

const hiddenName = z.string().check((checked) => {
  const message = toolNameProblem(checked.value)
  if (message !== undefined) checked.issues.push({ code: 'custom', input: checked.value, message })
})

export const policyFile = z.strictObject({
  $schema: z.string().optional().describe('For editors; it changes nothing.'),
  version: z.literal('1'),
  default: z.enum(['allow', 'deny', 'ask']).describe('For tools that are not named under `tools`.'),
  hide: z
    .union([z.literal('*'), z.array(hiddenName)])
    .optional()
    .describe('Tools that agents are not shown, and that are denied all the same; "*" for all.'),
  all_tools: allTools.optional(),
  tools: z
    .record(z.string(), toolRules)
    .optional()
    .describe('By the exact name of the tool. `{}` allows a tool. "*": for every tool that has no rules of its own.'),
})
export type PolicyFile = z.output<typeof policyFile>

/** What each kind of object in the file may have, for whoever wants to say what was meant. */
export const knownKeys = {
  file: Object.keys(policyFile.shape),
  allTools: Object.keys(allTools.shape),
  tool: Object.keys(toolRules.shape),
  denial: Object.keys(denial.shape),
  condition: ['path', 'op', 'value'],
  limit: Object.keys(limit.shape),
  rateLimit: ['max', 'window'],
  approval: Object.keys(approval.shape),
} as const

export const secondsOfWindow = (window: z.output<typeof windowName> | number): number =>
  typeof window === 'number' ? window : namedWindows[window]

/** In seconds, of `"10/minute"` and the other two ways to write a `rate_limit`. */
export const readRateLimit = (given: RateLimit): { readonly max: number; readonly window: number } => {
  if (typeof given !== 'string') return { max: given.max, window: secondsOfWindow(given.window) }
  const [, count, window] = rateText.exec(given) ?? []
  return { max: Number(count), window: secondsOfWindow(windowName.parse(window)) }
}

/** Of a timeout such as `"2m"`. */
export const secondsIn = (text: string): number => {
  const [, count, unit] = timeoutText.exec(text) ?? []
  return Number(count) * (unit === 'h' ? units.h : unit === 'm' ? units.m : units.s)
}
