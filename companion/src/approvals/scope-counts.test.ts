import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { describe, expect, it } from 'vitest'
import { scopeCounts } from './scope-counts.ts'

type Scope = ApprovalDocument['scope']
const session = '0d6a3a5a-5a57-4f40-8f0c-1c11b1e1a3f2'
const now = Date.parse('2026-11-22T12:00:00.000Z')
const agent: Prompt['asker'] = { kind: 'agent', grant: 'g1', label: 'Claude', claim: null }
const terminal: Prompt['asker'] = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim: null }
type Asked = Pick<Prompt, 'asker' | 'subject'>
const call: Asked = { asker: agent, subject: { kind: 'call', arguments: [] } }
const admission: Asked = { asker: terminal, subject: { kind: 'add-agent', label: 'Eve', account: null } }
const until = (at: string): Scope => ({ for: '15 minutes', until: at, sameArguments: false })
const whileOpen = (id: string): Scope => ({ for: 'browser', session: id, sameArguments: true })

type Row = [string, Scope, 'approve' | 'deny', Asked, boolean]
const truth: Row[] = [
  ['once', 'once', 'approve', call, true],
  ['once, of the terminal', 'once', 'approve', admission, true],
  ['a no, once', 'once', 'deny', call, true],
  ['for fifteen minutes', until('2026-11-22T12:15:00.000Z'), 'approve', call, true],
  ['for less', until('2026-11-22T12:00:00.001Z'), 'approve', call, true],
  ['for fifteen minutes and what passes on the way', until('2026-11-22T12:15:05.000Z'), 'approve', call, true],
  ['for longer', until('2026-11-22T12:15:05.001Z'), 'approve', call, false],
  ['for a year', until('2027-11-22T12:00:00.000Z'), 'approve', call, false],
  ['to an end that has passed', until('2026-11-22T12:00:00.000Z'), 'approve', call, false],
  ['until this browser closes', whileOpen(session), 'approve', call, true],
  ['until another one closes', whileOpen('1d6a3a5a-5a57-4f40-8f0c-1c11b1e1a3f2'), 'approve', call, false],
  ['a no that lasts', whileOpen(session), 'deny', call, false],
  ['of the terminal, until this browser closes', whileOpen(session), 'approve', admission, false],
  ['of the terminal, for fifteen minutes', until('2026-11-22T12:15:00.000Z'), 'approve', admission, false],
]

describe('how long a yes may last', () => {
  it.each(truth)('%s', (_name, scope, answer, prompt, counts) => {
    expect(scopeCounts({ scope, answer }, { prompt, session, now })).toBe(counts)
  })
})
