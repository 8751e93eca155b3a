import { sessionShown, type SessionShown } from '../control/session-answers.ts'
import { ago } from './age.ts'
import { ask } from './ask.ts'
import { called, count, expiry, named } from './session-words.ts'
import type { Terminal } from './terminal.ts'

/** One version by its names and counts. */
export const showSession = async (
  terminal: Terminal,
  { account, version }: { account?: string; version: number | undefined },
): Promise<void> => {
  const params = { ...(account === undefined ? {} : { account }), ...(version === undefined ? {} : { version }) }
  const shown = await ask(terminal, { command: 'session.show', params, result: sessionShown })
  terminal.say(terminal.json ? JSON.stringify(shown) : inWords(shown, Date.now()))
}

const inWords = ({ account, name, version, newest, savedAt, summary }: SessionShown, now: number): string => {
  const { capturedAt, expiresAt, signIn, cookies, cookieNames, origins, leftOut } = summary
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['Account', [called(account, name)]],
    ['Version', [`${version}${newest ? ', the newest' : ''}`]],
    ['Saved', [`${ago(savedAt, now)} (${savedAt.slice(0, 19).replace('T', ' ')} UTC)`]],
    ['Captured', [`${ago(capturedAt, now)} (${capturedAt.slice(0, 19).replace('T', ' ')} UTC)`]],
    ['Sign-in', [`${signIn === 'signed-in' ? 'signed in' : 'uncertain'}, ${expiry(expiresAt)}`]],
    ['Cookies', [String(cookies), ...cookieNames.map((each) => `  ${named(each)}`)]],
    [
      'Storage',
      origins.length === 0 ? ['none'] : origins.map((each) => `${count(each.keys, 'key')} of ${named(each.origin)}`),
    ],
    ['Left out', leftOut.map(({ origin }) => named(origin))],
  ]
  return rows
    .flatMap(([title, lines]) => lines.map((line, index) => `${(index === 0 ? title : '').padEnd(10)}${line}`))
    .join('\n')
}
