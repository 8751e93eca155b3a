import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Remembered } from '@countersign/shared/protocol/overview'
import { weatherOf } from '@countersign/shared/session/weather'
import { weatherForHer, weatherWord } from '@countersign/shared/session/weather-words'
import { timeLeft } from '@countersign/shared/time-left'
import { status as answer, type Status } from '../control/status.ts'
import { locateStateFolder } from '../state-folder.ts'
import { ago } from './age.ts'
import { ask } from './ask.ts'
import { copyInWords } from './leases.ts'
import { called } from './session-words.ts'
import type { Terminal } from './terminal.ts'

/** How it stands with everything, on one screen. */
export const status = async (terminal: Terminal): Promise<void> => {
  const told = await ask(terminal, { command: 'status', params: {}, result: answer })
  const folder = locateStateFolder(terminal.machine).path
  terminal.say(terminal.json ? JSON.stringify(told.report) : inWords(told, folder, Date.now()))
}

export const inWords = ({ report, url, overview }: Status, folder: string, now: number): string => {
  const { accounts, agents, alarms, browsers, released, remembered } = overview
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['Companion', [`listening on ${url} (pid ${report.companion.pid})`]],
    [
      'Browser',
      orNone(
        browsers.map(({ label, fingerprint, connected }) => {
          return `${harmlessText(label, 60).text}, ${fingerprint}, ${connected ? 'connected' : 'not connected'}`
        }),
        'none is paired yet; run `countersign pair`',
      ),
    ],
    [
      'Sessions',
      orNone(
        accounts.flatMap((account) => {
          const { id, name, savedAt, version, kept, cookies, observed } = account
          const weather = weatherOf(account, observed, now)
          return [
            `${called(id, name)}, saved ${ago(savedAt, now)}, version ${version} (${kept} kept), ${cookies} ${cookies === 1 ? 'cookie' : 'cookies'}`,
            `  ${weatherWord(weather)}. ${weatherForHer(weather)}`,
          ]
        }),
        'none is saved yet; click Save session in the popup',
      ),
    ],
    [
      'Agents',
      orNone(
        agents.map(({ label, lastSeen, mutedUntil }) => {
          if (mutedUntil !== null) return `${label}, muted, ${timeLeft(Date.parse(mutedUntil), now)} left`
          return `${label}, ${lastSeen === null ? 'not seen yet' : `seen ${ago(lastSeen, now)}`}`
        }),
        'none; run `countersign agents add LABEL`',
      ),
    ],
    ['Released', released.map((copy) => copyInWords(copy, now))],
    ['Unasked', remembered.map((yes) => withoutQuestion(yes, now))],
    ['Waiting', [report.pending === 0 ? 'nothing waits for your answer' : waiting(report.pending)]],
    ['Vault', [keyInWords[report.vault.key]]],
    ['Folder', [folder]],
    ['Paused', report.paused ? ['all agents are paused; Resume is in the popup'] : []],
    ['Alarm', alarms.map(({ text }) => harmlessText(text, 4096).text)],
  ]
  return rows
    .flatMap(([name, lines]) => lines.map((line, index) => `${(index === 0 ? name : '').padEnd(11)}${line}`))
    .join('\n')
}

const keyInWords = {
  keychain: "sealed; its key is in the system's keychain",
  file: 'sealed; its key is in a file that only you may read, as there was no keychain',
} as const

const withoutQuestion = ({ agent, tool, account, until, sameArguments }: Remembered, now: number): string => {
  const whose = account === null ? '' : `, for ${called(account, null)}`
  const how = sameArguments ? ', with the same arguments' : ''
  const end = until === null ? 'until the browser closes' : `${timeLeft(Date.parse(until), now)} left`
  return `${agent}: ${tool}${whose}${how}, ${end}; Forget is in the popup`
}

const waiting = (count: number): string =>
  count === 1
    ? 'one question waits for your answer in the browser'
    : `${count} questions wait for your answer in the browser`

const orNone = (lines: readonly string[], none: string): readonly string[] => (lines.length === 0 ? [none] : lines)
