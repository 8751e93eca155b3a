import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { describe, expect, it } from 'vitest'
import { type Expected, verifyAnswer } from './verify-answer.ts'

const id = 'b1e1a3f2-5a57-4f40-8f0c-0d6a3a5a1c11'
const digit = (character: string) => character.repeat(64)
const key = (character: string) => character.repeat(87)

const prompt: Prompt = {
  id,
  asker: { kind: 'agent', grant: 'g1', label: 'Claude', claim: null },
  action: 'save_session',
  reason: null,
  subject: { kind: 'add-agent', label: 'x', account: null },
  args: digit('a'),
  askedAt: '2026-11-22T12:00:00.000Z',
  deadline: '2026-11-22T12:10:00.000Z',
}

const document: ApprovalDocument = {
  purpose: 'countersign/1 approval',
  browser: key('b'),
  companion: key('c'),
  seq: 5,
  request: id,
  grant: {
    id: 'g1',
    label: 'Claude',
  },
  tool: 'save_session',
  args: digit('a'),
  shown: digit('d'),
  answer: 'approve',
  reason: null,
  scope: 'once',
  at: '2026-11-22T12:01:00.000Z',
  expires: '2026-11-22T12:10:00.000Z',
}

const expected: Expected = {
  signatureValid: true,
  browserKey: key('b'),
  companionKey: key('c'),
  lastSeq: 4,
  prompt,
  session: '0d6a3a5a-5a57-4f40-8f0c-1c11b1e1a3f2',
  shown: digit('d'),
  late: false,
  now: Date.parse('2026-11-22T12:01:01Z'),
}

/** A policy that she may also accept otherwise than it is proposed. */
const policy = (keepAsking: string | null): Prompt => ({
  ...prompt,
  subject: {
    kind: 'accept-policy',
    opens: ['x'],
    closes: [],
    text: '{}',
    withoutAsking: keepAsking === null ? null : { tools: ['save_session'], accounts: [], keepAsking },
  },
})
const lasting = { for: '15 minutes', until: '2026-11-22T12:16:00.000Z', sameArguments: false } as const

const truth: [name: string, document: Partial<ApprovalDocument>, expected: Partial<Expected>, verdict: string][] = [
  ['the right answer', {}, {}, 'good'],
  ['a no is held to the same', { answer: 'deny' }, {}, 'good'],
  ['a bad signature', {}, { signatureValid: false }, 'forged signature'],
  ['another key than this browser was paired with', { browser: key('x') }, {}, 'forged browser'],
  ['meant for another companion', { companion: key('x') }, {}, 'forged companion'],
  ['a number that was taken', { seq: 4 }, {}, 'forged sequence'],
  ['an older number', { seq: 1 }, {}, 'forged sequence'],
  ['a number with a gap before it', { seq: 50 }, {}, 'good'],
  ['no such question', {}, { prompt: undefined, shown: undefined }, 'stale closed'],
  ['another question', { request: 'c1e1a3f2-5a57-4f40-8f0c-0d6a3a5a1c11' }, {}, 'stale closed'],
  ['another grant', { grant: { id: 'g2', label: 'Claude' } }, {}, 'stale grant'],
  ['another label', { grant: { id: 'g1', label: 'Clawde' } }, {}, 'stale grant'],
  ['another tool', { tool: 'export' }, {}, 'stale tool'],
  ['other arguments', { args: digit('0') }, {}, 'stale args'],
  ['something else was on the screen', { shown: digit('0') }, {}, 'stale shown'],
  ['a yes that lasts, to what can not be remembered', { scope: lasting }, {}, 'stale scope'],
  ['the answer has expired', { expires: '2026-11-22T12:01:01.000Z' }, {}, 'stale expired'],
  ['the question has expired by either clock', {}, { late: true }, 'stale expired'],
  ['a policy as it is proposed', {}, { prompt: policy(digit('e')) }, 'good'],
  ['a policy that keeps asking', { args: digit('e') }, { prompt: policy(digit('e')) }, 'good'],
  ['a no to a policy that keeps asking', { args: digit('e'), answer: 'deny' }, { prompt: policy(digit('e')) }, 'good'],
  ['a policy that is neither', { args: digit('f') }, { prompt: policy(digit('e')) }, 'stale args'],
  ['a policy that keeps asking, which was not offered', { args: digit('e') }, { prompt: policy(null) }, 'stale args'],
  ['a question without a deadline', {}, { prompt: { ...prompt, deadline: null } }, 'good'],
  [
    'a signature comes before all else',
    { request: id },
    { signatureValid: false, prompt: undefined },
    'forged signature',
  ],
]

describe('verifyAnswer', () => {
  it.each(truth)('%s', (_name, documentMore, expectedMore, verdict) => {
    const signed = { document: { ...document, ...documentMore }, signature: 's'.repeat(86) }
    const judged = verifyAnswer(signed, { ...expected, ...expectedMore })
    expect(judged.kind === 'good' ? 'good' : `${judged.kind} ${judged.what}`).toBe(verdict)
  })
})
