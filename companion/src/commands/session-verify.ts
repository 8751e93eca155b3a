import { sessionsVerified, type SessionsVerified } from '../control/session-answers.ts'
import { ask } from './ask.ts'
import { called, count } from './session-words.ts'
import type { Terminal } from './terminal.ts'

/** Has every record read from the disk; ends with 1 when one of them is bad. */
export const verifySessions = async (terminal: Terminal): Promise<void> => {
  const all = await ask(terminal, { command: 'session.verify', params: {}, result: sessionsVerified })
  const bad = all.filter(({ is }) => is !== 'good')
  if (bad.length > 0) terminal.bad()
  if (terminal.json) return terminal.say(JSON.stringify({ good: bad.length === 0, records: all }))
  for (const record of bad) terminal.say(lineOf(record))
  if (all.length === 0) return terminal.say('Nothing is saved.')
  if (bad.length === 0) terminal.say(`All is well: ${count(all.length, 'version')}, and every one opens and is whole.`)
  else
    terminal.say(
      `${bad.length} of ${count(all.length, 'version')} ${bad.length === 1 ? 'is' : 'are'} bad; the others are whole.`,
    )
}

const lineOf = ({ account, version, is }: SessionsVerified[number]): string => {
  const whose = account === null ? 'An account that nobody can tell' : called(account, null)
  return `${whose}, version ${version}: ${words[is]}`
}

const words = {
  good: 'whole',
  damaged: 'does not open; it is set aside, and counts for nothing',
  'not-as-summarized': 'opens, but is not what its summary says',
} as const
