import type { SavedVersion } from '@countersign/shared/session/history'
import { sessionList } from '../control/session-answers.ts'
import { ago } from './age.ts'
import { ask } from './ask.ts'
import { called, count, expiry } from './session-words.ts'
import type { Terminal } from './terminal.ts'

/** Every account with its versions, newest first; or one account's alone. */
export const listSessions = async (terminal: Terminal, account: string | undefined): Promise<void> => {
  const params = account === undefined ? {} : { account }
  const list = await ask(terminal, { command: 'session.list', params, result: sessionList })
  if (terminal.json) return terminal.say(JSON.stringify(list))
  const { accounts, unknown } = list
  if (accounts.length + unknown === 0) return terminal.say('Nothing is saved yet. Click Save session in the popup.')
  const now = Date.now()
  for (const { account: id, name, versions } of accounts) {
    terminal.say(called(id, name))
    for (const version of versions) terminal.say(`  ${lineOf(version, now)}`)
  }
  if (unknown > 0) {
    terminal.say(`${count(unknown, 'record')} more, of accounts nobody can tell, since nothing of them opens`)
  }
}

const lineOf = ({ version, savedAt, expiresAt, cookies, origins, damaged }: SavedVersion, now: number): string => {
  const which = `version ${version}, saved ${ago(savedAt, now)}`
  if (damaged) return `${which}, does not open`
  return `${which}, ${count(cookies, 'cookie')}, storage of ${count(origins, 'origin')}, ${expiry(expiresAt)}`
}
