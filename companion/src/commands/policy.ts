import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import type { PolicyProblem } from '@countersign/shared/policy/policy-problems'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { policyExplained, policyShown, type PolicyExplained, type PolicyShown } from '../control/policy-answers.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { explain } from '../policy/explain.ts'
import { shippedDefault } from '../policy/shipped-default.ts'
import { locateStateFolder } from '../state-folder.ts'
import { ago } from './age.ts'
import { ask } from './ask.ts'
import type { Terminal } from './terminal.ts'

/** Where the proposal lies: policy.json in the state folder. */
export const policyPath = ({ machine }: Terminal): string => join(locateStateFolder(machine).path, 'policy.json')

export const showPath = async (terminal: Terminal): Promise<void> => {
  const path = policyPath(terminal)
  terminal.say(terminal.json ? JSON.stringify({ path }) : path)
}

/** What holds until a policy was accepted; a good beginning for one's own. */
export const showDefault = async (terminal: Terminal): Promise<void> =>
  terminal.say(terminal.json ? JSON.stringify(shippedDefault) : JSON.stringify(shippedDefault, null, 2))

/** The policy in force to stdout, alone, so that it can be kept in a file; how it stands goes to stderr. */
export const showPolicy = async (terminal: Terminal): Promise<void> => {
  const shown = await ask(terminal, { command: 'policy.show', params: {}, result: policyShown })
  if (terminal.json) return terminal.say(JSON.stringify(shown))
  for (const line of standingInWords(shown, Date.now())) terminal.remark(line)
  terminal.say(shown.text.trimEnd())
}

export const standingInWords = ({ how, number, at, path, proposal }: PolicyShown, now: number): readonly string[] => {
  const since = at === null ? '' : ` ${ago(at, now)}`
  const inForce = {
    default: 'In force: the default, since none was accepted yet.',
    accepted: `In force: number ${number}, accepted${since}.`,
    closed: `In force: ${number === 0 ? 'the default' : `number ${number}`}, with what policy.json closed${since}.`,
  }[how]
  const { problems, opens, closes } = proposal
  const mistakes = `${problems.length} ${problems.length === 1 ? 'mistake' : 'mistakes'}`
  const proposed = {
    none: [],
    'in-force': [],
    invalid: [`${path} has ${mistakes} and changes nothing. Run \`countersign policy check\`.`],
    waiting: [`${path} waits for your answer in the browser.`, ...changesInWords({ opens, closes })],
    denied: [`${path} differs from it, and you denied that. Change the file to be asked again.`],
    held: [
      `${path} differs from it. You will be asked about that when a paired browser is connected and nothing is paused.`,
      ...changesInWords({ opens, closes }),
    ],
  }[proposal.state]
  return [inForce, ...proposed]
}

const changesInWords = ({ opens, closes }: { opens: readonly string[]; closes: readonly string[] }) => [
  ...opens.map((line) => `  opens   ${line}`),
  ...closes.map((line) => `  closes  ${line}`),
]

/** Reads a file as the companion would, and tells all that is wrong with it. No companion is needed. */
export const checkPolicy = async (terminal: Terminal, file: string | undefined): Promise<void> => {
  const path = file ?? policyPath(terminal)
  if (file === undefined && !existsSync(path)) {
    const next = 'Run `countersign policy edit`, or name a file.'
    throw new CountersignError('file_unreadable', { message: `There is no ${path} yet.`, next })
  }
  const read = readPolicy(textOf(path))
  const errors = read.kind === 'policy' ? [] : read.problems
  if (errors.length > 0) terminal.bad()
  if (terminal.json) return terminal.say(JSON.stringify({ valid: errors.length === 0, errors }))
  if (errors.length === 0) terminal.say(`${path} is a valid policy.`)
  else terminal.say(problemsInWords(path, errors))
}

export const problemsInWords = (path: string, problems: readonly PolicyProblem[]): string =>
  [
    `${path} has ${problems.length} ${problems.length === 1 ? 'mistake' : 'mistakes'}:`,
    ...problems.map(({ path: place, message }) => `  ${place === '' ? '' : `${place}: `}${message}`),
  ].join('\n')

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    throw new CountersignError('file_unreadable', { message: `${path} can not be read.`, cause: thrown })
  }
}

export type Explain = {
  readonly agent?: string
  readonly tool: string
  readonly args?: string
  /** Instead of the policy in force. */
  readonly file?: string
}

/** What would become of a call, and by which rule. Nothing is counted, and nobody is asked. */
export const explainPolicy = async (terminal: Terminal, { agent, tool, args: given, file }: Explain): Promise<void> => {
  const args = given === undefined ? {} : parsedArguments(given)
  const explained =
    file === undefined
      ? await ask(terminal, {
          command: 'policy.explain',
          params: { agent: agent ?? null, tool, args },
          result: policyExplained,
        })
      : explainFile(file, tool, args)
  if (terminal.json) return terminal.say(JSON.stringify(explained))
  terminal.say(explainedInWords(tool, explained))
}

const parsedArguments = (given: string): unknown => {
  try {
    return JSON.parse(given)
  } catch (thrown) {
    const message = 'What stands behind --args is not JSON.'
    const next = 'Write it as in --args \'{"bid_rate": 35}\'.'
    throw new CountersignError('invalid_arguments', { message, next, cause: thrown })
  }
}

const explainFile = (path: string, tool: string, args: unknown): PolicyExplained => {
  const read = readPolicy(textOf(path))
  if (read.kind === 'invalid') {
    const next = `Run \`countersign policy check ${path}\`.`
    throw new CountersignError('policy_invalid', { message: `${path} is no valid policy.`, next })
  }
  return explain(compilePolicy(read.file), { tool, args })
}

const explainedInWords = (tool: string, { decision, rule, reason, limits }: PolicyExplained): string => {
  const what = { allow: 'would run without asking you', ask: 'would ask you first', deny: 'would be denied' }[decision]
  return [
    `${tool} ${what}, by ${rule}.`,
    ...(decision === 'deny' ? [reason] : []),
    ...limits.map((limit) => `It is held to ${limit}.`),
  ].join('\n')
}
