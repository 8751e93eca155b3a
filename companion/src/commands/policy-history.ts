import { CountersignError } from '@countersign/shared/errors'
import { policyHistory, policyProposed, type PolicyHistory, type PolicyProposed } from '../control/policy-answers.ts'
import { ago } from './age.ts'
import { ask, lookingAtBrowser } from './ask.ts'
import type { Terminal } from './terminal.ts'

export type HistoryOptions = {
  /** Prints this one. */
  readonly show?: number
  /** Proposes this one again. */
  readonly propose?: number
}

/** The policies that were accepted. Any can be looked at, and proposed again. */
export const showHistory = async (terminal: Terminal, { show, propose }: HistoryOptions): Promise<void> => {
  const all = await ask(terminal, { command: 'policy.history', params: {}, result: policyHistory })
  if (show !== undefined) {
    const { text } = numbered(all, show)
    return terminal.say(terminal.json ? JSON.stringify({ number: show, text }) : text.trimEnd())
  }
  if (propose !== undefined) return proposeText(terminal, numbered(all, propose).text)
  if (terminal.json) {
    for (const one of all) terminal.say(JSON.stringify(one))
    return
  }
  const now = Date.now()
  for (const one of all) terminal.say(lineOf(one, now))
}

const numbered = (all: PolicyHistory, number: number): PolicyHistory[number] => {
  const found = all.find((one) => one.number === number)
  if (found === undefined) {
    throw new CountersignError('no_such_policy', { message: `No policy with the number ${number} was accepted.` })
  }
  return found
}

const lineOf = ({ number, at, how, inForce, browser, fingerprint }: PolicyHistory[number], now: number): string => {
  const origin = at === null ? 'the default' : `${how} ${ago(at, now)}`
  const where = browser === null ? '' : ` in ${browser}${fingerprint === null ? '' : ` (${fingerprint})`}`
  return `${String(number).padStart(4)}  ${origin}${where}${inForce ? ', in force' : ''}`
}

/** Puts a text in the place of policy.json, and waits for what becomes of it. */
export const proposeText = async (terminal: Terminal, text: string): Promise<void> => {
  const answer = ask(terminal, { command: 'policy.propose', params: { text }, result: policyProposed })
  const proposed = await lookingAtBrowser(terminal, 'a policy may come into force', answer)
  if (proposed.outcome === 'denied' || proposed.outcome === 'replaced') terminal.bad()
  if (terminal.json) return terminal.say(JSON.stringify(proposed))
  const words = outcomeInWords(proposed)
  if (proposed.outcome === 'denied' || proposed.outcome === 'replaced') terminal.remark(words)
  else terminal.say(words)
}

const outcomeInWords = ({ outcome, number, reason }: PolicyProposed): string =>
  ({
    'in-force': 'That policy is in force already.',
    accepted: `Accepted, as number ${number}. It is in force.`,
    closed: 'In force. It only closes, so you were not asked.',
    denied: `You said no${reason === null ? '' : `: ${reason}`}. What was in force stays.`,
    replaced: 'Another proposal came in its place. Run `countersign policy show`.',
  })[outcome]
