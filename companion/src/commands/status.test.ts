import type { Remembered } from '@countersign/shared/protocol/overview'
import { expect, it } from 'vitest'
import type { Status } from '../control/status.ts'
import { inWords } from './status.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const folder = '/home/ada/.local/state/countersign'

const yes: Remembered = {
  id: '6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a11',
  agent: 'Claude Code',
  tool: 'save_session',
  until: null,
  sameArguments: false,
  account: 'ada',
  browser: '7K2M-9QXD',
}

const fresh: Status = {
  url: 'http://127.0.0.1:47616',
  report: {
    companion: { port: 47616, pid: 7 },
    browsers: [],
    vault: { key: 'file' },
    paused: false,
    sessions: 0,
    weather: [],
    agents: 0,
    pending: 0,
    remembered: 0,
    released: 0,
    alarms: [],
  },
  overview: {
    version: '1.0.0',
    port: 47616,
    paused: false,
    key: 'file',
    accounts: [],
    agents: [],
    remembered: [],
    released: [],
    browsers: [],
    activity: [],
    resetAt: null,
    alarms: [],
  },
}

it('says what to do first', () => {
  const words = inWords(fresh, folder, now)
  expect(words).toContain('run `countersign pair`')
  expect(words).toContain('click Save session in the popup')
  expect(words).toContain('run `countersign agents add LABEL`')
  expect(words).toContain('its key is in a file that only you may read')
  expect(words).not.toContain('Paused')
})

it('says how it stands, each thing on its line', () => {
  const words = inWords(
    {
      ...fresh,
      report: { ...fresh.report, paused: true, pending: 1, vault: { key: 'keychain' } },
      overview: {
        ...fresh.overview,
        browsers: [
          { label: 'Chrome on Linux', fingerprint: '7K2M-9QXD', connected: true, you: false },
          { label: 'Chrome on Mac', fingerprint: 'AAAA-BBBB', connected: false, you: false },
        ],
        accounts: [
          {
            id: 'ada',
            name: 'Agency',
            savedAt: '2026-11-22T09:00:00Z',
            expiresAt: null,
            version: 12,
            kept: 10,
            cookies: 14,
            origins: 2,
            signIn: 'signed-in',
            observed: null,
            mark: null,
          },
        ],
        agents: [{ id: 'g1', label: 'Claude Code', lastSeen: '2026-11-22T11:59:59Z', mutedUntil: null, account: null }],
        remembered: [
          { ...yes, until: '2026-11-22T12:11:30Z' },
          { ...yes, agent: 'Cursor', tool: 'send_message', account: null, sameArguments: true },
        ],
        alarms: [{ code: 'vault_record_damaged', text: 'A saved session does not open.', look: null }],
      },
    },
    folder,
    now,
  )
  expect(words.split('\n')).toEqual([
    'Companion  listening on http://127.0.0.1:47616 (pid 7)',
    'Browser    Chrome on Linux, 7K2M-9QXD, connected',
    '           Chrome on Mac, AAAA-BBBB, not connected',
    'Sessions   Agency (ada), saved 3 hours ago, version 12 (10 kept), 14 cookies',
    '             Uncertain. Nothing tells whether the saved session is still good. Try it, or sign in to Upwork anew and click Save session.',
    'Agents     Claude Code, seen just now',
    'Unasked    Claude Code: save_session, for ada, 12 minutes left; Forget is in the popup',
    '           Cursor: send_message, with the same arguments, until the browser closes; Forget is in the popup',
    'Waiting    one question waits for your answer in the browser',
    "Vault      sealed; its key is in the system's keychain",
    `Folder     ${folder}`,
    'Paused     all agents are paused; Resume is in the popup',
    'Alarm      A saved session does not open.',
  ])
})

it('does nothing that a name, a path or an alarm tells a terminal to do', () => {
  const hostile = '\u001b[2K\r\u202eada'
  const account = { id: hostile, name: hostile, savedAt: '2026-11-22T09:00:00Z', expiresAt: null, version: 1 } as const
  const more = { kept: 1, cookies: 1, origins: 0, signIn: 'signed-in', observed: null, mark: null } as const
  const words = inWords(
    {
      ...fresh,
      overview: {
        ...fresh.overview,
        browsers: [{ label: hostile, fingerprint: '7K2M-9QXD', connected: true, you: false }],
        accounts: [{ ...account, ...more }],
        remembered: [{ ...yes, account: hostile }],
        released: [
          {
            id: yes.id,
            kind: 'lease',
            account: hostile,
            format: 'json',
            path: `/tmp/${hostile}`,
            command: null,
            since: '2026-11-22T09:00:00.000Z',
            until: '2026-11-22T13:00:00.000Z',
            version: 1,
          },
        ],
        alarms: [{ code: 'release_not_wiped', text: `Its folder is gone: ${hostile}`, look: null }],
      },
    },
    folder,
    now,
  )
  expect(['\u001b', '\r', '\u202e'].filter((each) => words.includes(each))).toEqual([])
  expect(words.split('⟨U+202E⟩ada')).toHaveLength(8)
})
