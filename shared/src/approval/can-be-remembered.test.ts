import { describe, expect, it } from 'vitest'
import { canBeRemembered } from './can-be-remembered.ts'
import type { Asker, Subject } from './prompt.ts'

const agent: Asker = { kind: 'agent', grant: 'g1', label: 'Claude', claim: null }
const terminal: Asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim: null }

const save = (account: string, signIn: 'signed-in' | 'uncertain', coveredBy: string | null = null): Subject => ({
  kind: 'save',
  outline: {
    identity: { account, signIn, store: '0', origin: 'https://www.upwork.com' },
    tab: { id: 1, origin: 'https://www.upwork.com', path: '/' },
    why: 'Because.',
    cookies: 0,
    cookieNames: [],
    storage: [],
    leftOut: [],
  },
  accountName: null,
  savedBefore: null,
  otherAccounts: [],
  coveredBy,
})
const call: Subject = { kind: 'call', arguments: [{ name: 'text', value: 'Hello' }] }

const saved = { savedAt: '2026-11-22T12:00:00Z', version: 1 }
const truth: [name: string, asker: Asker, subject: Subject, may: boolean][] = [
  ['a save of a known account', agent, save('ada', 'signed-in'), true],
  ['a save of an uncertain sign-in', agent, save('ada', 'uncertain'), false],
  ['a save of nobody knows whose session', agent, save('unknown', 'signed-in'), false],
  ['a save that the policy is about to cover', agent, save('ada', 'signed-in', crypto.randomUUID()), false],
  ['a call', agent, call, true],
  ['a call without arguments', agent, { kind: 'call', arguments: [] }, true],
  ['an agent to let in, even if an agent asked', agent, { kind: 'add-agent', label: 'Eve', account: null }, false],
  ['a save of the terminal', terminal, save('ada', 'signed-in'), false],
  ['a call of the terminal', terminal, call, false],
  ['an agent to let in', terminal, { kind: 'add-agent', label: 'Eve', account: null }, false],
  ['an agent to rename', terminal, { kind: 'rename-agent', label: 'Eve', to: 'Ada' }, false],
  ['a token to rotate', terminal, { kind: 'rotate-agent', label: 'Eve' }, false],
  ['an agent to unmute', terminal, { kind: 'unmute-agent', label: 'Eve', until: '2026-11-22T12:00:00Z' }, false],
  ['a policy', terminal, { kind: 'accept-policy', opens: [], closes: [], text: '', withoutAsking: null }, false],
  ['a browser to pair', terminal, { kind: 'pair-browser', label: 'Chrome', fingerprint: 'A', paired: [] }, false],
  [
    'an agent to pin',
    terminal,
    { kind: 'pin-agent', label: 'Eve', from: null, account: { id: 'ada', name: null, saved: true } },
    false,
  ],
  [
    'a version to restore',
    terminal,
    { kind: 'restore-session', account: 'ada', accountName: null, version: saved, newest: saved },
    false,
  ],
  ['an account to name', terminal, { kind: 'rename-account', account: 'ada', accountName: null, to: 'Ada' }, false],
  [
    'a session to forget',
    terminal,
    { kind: 'forget-session', account: 'ada', accountName: null, version: null, goes: 1, stays: 0 },
    false,
  ],
  [
    'an export',
    terminal,
    {
      kind: 'release',
      way: { kind: 'file', path: '/a' },
      format: 'playwright',
      url: null,
      account: 'ada',
      accountName: null,
      saved,
      cookies: 1,
      origins: 1,
      leftOut: 0,
      warnings: [],
    },
    false,
  ],
]

describe('whether a yes may last', () => {
  it.each(truth)('%s', (_name, asker, subject, may) => {
    expect(canBeRemembered({ asker, subject })).toBe(may)
  })
})
