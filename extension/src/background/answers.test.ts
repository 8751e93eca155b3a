import { describe, expect, test } from 'vitest'
import { keyText, verifyCountersignature } from '@countersign/shared/approval/countersignature'
import { type Prompt, promptDigest } from '@countersign/shared/approval/prompt'
import { refusal } from '@countersign/shared/errors'
import type { Alarm } from '@countersign/shared/protocol/overview'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { memoryIdentities } from '../testing/memory-keys.ts'
import { memoryStored } from '../testing/memory-storage.ts'
import { sampleIdentity, samplePrompt, saveSubject } from '../testing/sample-prompt.ts'
import { createAnswers } from './answers.ts'
import { createApprovals } from './approvals.ts'
import type { Connection } from './connection.ts'
import { createPen } from './pen.ts'

const start = Date.parse('2026-11-22T12:01:00.000Z')

/** A browser that is paired, with one question open, and a companion that takes or refuses answers. */
const scene = async (open: readonly Prompt[], takes: 'accepted' | 'refused' = 'accepted') => {
  const stored = memoryStored()
  const identities = memoryIdentities()
  const keys = await identities.currentOrNew()
  await stored.pin.set({
    companion: 'C'.repeat(87),
    port: 47_616,
    fingerprint: '7K2M-9QXD',
    pairedAt: '2026-11-22T12:00:00.000Z',
  })
  const sent: unknown[] = []
  const request: Connection['request'] = async (method, params) => {
    sent.push(method.params.parse(params))
    if (method.name === companionMethods.mute.name) return method.result.parse({})
    const answer = takes === 'accepted' ? { kind: takes } : { kind: takes, ...refusal('approval_stale') }
    return method.result.parse(answer)
  }
  const clock = { now: start }
  const now = () => clock.now
  const approvals = createApprovals(stored, now)
  const pen = createPen(identities, stored, now)
  const doubt: { alarm: Alarm | null } = { alarm: null }
  const witness = { alarm: () => Promise.resolve(doubt.alarm) }
  const session = () => Promise.resolve(sessionNow)
  const prompts = { list: () => open }
  const answer = createAnswers({ prompts, approvals, pen, witness, connection: { request }, session, now })
  return { answer, doubt, approvals, sent, clock, browser: keyText(keys.signingPublicKey) }
}

const sessionNow = crypto.randomUUID()
const once = { lasts: 'once', sameArguments: false, keepAsking: false } as const

const approve = async (shown: Prompt) =>
  ({
    kind: 'answer',
    id: shown.id,
    shown: await promptDigest(shown),
    answer: 'approve',
    reason: null,
    ...once,
  }) as const

describe('an answer', () => {
  test('that denies and mutes is signed as a no, and then the asker is muted; not when it did not count', async () => {
    const prompt = samplePrompt()
    const { answer, sent } = await scene([prompt])
    const no = { ...(await approve(prompt)), answer: 'deny-and-mute', reason: 'Not now' } as const
    expect(await answer(no)).toEqual({ kind: 'done' })
    expect(companionMethods.answer.params.parse(sent[0]).document).toMatchObject({ answer: 'deny', reason: 'Not now' })
    expect(sent.slice(1)).toEqual([{ grant: 'grant-1' }])
    const late = await scene([prompt], 'refused')
    expect(await late.answer(no)).toMatchObject({ code: 'approval_stale' })
    expect(late.sent).toHaveLength(1)
  })

  test('is signed for exactly the question that was shown', async () => {
    const prompt = samplePrompt()
    const { answer, sent, browser } = await scene([prompt])
    expect(await answer({ ...(await approve(prompt)), answer: 'deny', reason: 'Not now.' })).toEqual({ kind: 'done' })
    const signed = companionMethods.answer.params.parse(sent[0])
    expect(signed.document).toEqual({
      purpose: 'countersign/1 approval',
      browser,
      companion: 'C'.repeat(87),
      seq: 1,
      request: prompt.id,
      grant: { id: 'grant-1', label: 'Claude Code' },
      tool: 'save_session',
      args: prompt.args,
      shown: await promptDigest(prompt),
      answer: 'deny',
      reason: 'Not now.',
      scope: 'once',
      at: '2026-11-22T12:01:00.000Z',
      expires: prompt.deadline,
    })
    expect(await verifyCountersignature(signed)).toBe(true)
  })

  test('has a number of its own', async () => {
    const prompts = [samplePrompt(), samplePrompt()]
    const { answer, sent } = await scene(prompts)
    for (const prompt of prompts) await answer(await approve(prompt))
    expect(sent.map((one) => companionMethods.answer.params.parse(one).document.seq)).toEqual([1, 2])
  })

  test.each([
    ['another question is open', async () => [samplePrompt()]],
    ['it has another reason now', async (shown: Prompt) => [{ ...shown, reason: 'Something else.' }]],
    ['none is open', async () => []],
  ])('is refused and not signed when %s', async (_case, open) => {
    const shown = samplePrompt()
    const { answer, sent, approvals } = await scene(await open(shown))
    expect(await answer(await approve(shown))).toMatchObject({ kind: 'refused', code: 'approval_stale' })
    expect(sent).toEqual([])
    expect(await approvals.use(shown.id, sampleIdentity)).toBe(false)
  })

  test('is refused after the deadline', async () => {
    const prompt = samplePrompt()
    const { answer, sent, clock } = await scene([prompt])
    clock.now = Date.parse(prompt.deadline ?? '')
    expect(await answer(await approve(prompt))).toMatchObject({ code: 'approval_stale' })
    expect(sent).toEqual([])
  })
})

describe('a yes that lasts', () => {
  const save = samplePrompt({ subject: saveSubject() })
  const call = samplePrompt({ subject: { kind: 'call', arguments: [{ name: 'text', value: 'Hello' }] } })

  test.each([
    ['once', save, 'once', false, 'once'],
    [
      '15 minutes',
      save,
      '15 minutes',
      false,
      { for: '15 minutes', until: '2026-11-22T12:16:00.000Z', sameArguments: false },
    ],
    ['until the browser closes', save, 'browser', false, { for: 'browser', session: sessionNow, sameArguments: false }],
    ['for the same arguments', call, 'browser', true, { for: 'browser', session: sessionNow, sameArguments: true }],
  ] as const)('%s: is signed as such', async (_case, prompt, lasts, sameArguments, scope) => {
    const { answer, sent } = await scene([prompt])
    expect(await answer({ ...(await approve(prompt)), lasts, sameArguments })).toEqual({ kind: 'done' })
    expect(companionMethods.answer.params.parse(sent[0]).document.scope).toEqual(scope)
  })

  test('is good for more than one capture, and for none when the companion did not take it', async () => {
    for (const takes of ['accepted', 'refused'] as const) {
      const { answer, approvals } = await scene([save], takes)
      await answer({ ...(await approve(save)), lasts: 'browser' })
      const uses = [await approvals.use(save.id, sampleIdentity), await approvals.use(save.id, sampleIdentity)]
      expect(uses).toEqual(Array(2).fill(takes === 'accepted'))
    }
  })

  test.each([
    ['a no', save, 'deny'],
    ['a yes to an agent’s admission', samplePrompt(), 'approve'],
    [
      'a yes to a save of an uncertain sign-in',
      samplePrompt({ subject: saveSubject({ ...sampleIdentity, signIn: 'uncertain' }) }),
      'approve',
    ],
  ] as const)('is never %s, whatever the page says', async (_case, prompt, said) => {
    for (const lasts of ['15 minutes', 'browser'] as const) {
      const { answer, sent } = await scene([prompt])
      expect(await answer({ ...(await approve(prompt)), answer: said, lasts })).toMatchObject({ kind: 'refused' })
      expect(sent).toEqual([])
    }
  })
})

describe('the capture', () => {
  test.each([
    ['approve', 'accepted', true],
    ['deny', 'accepted', false],
    ['approve', 'refused', false],
  ] as const)('after %s, %s: may be taken %s', async (said, takes, may) => {
    const prompt = samplePrompt({ subject: saveSubject() })
    const { answer, approvals } = await scene([prompt], takes)
    await answer({ ...(await approve(prompt)), answer: said })
    expect(await approvals.use(prompt.id, sampleIdentity)).toBe(may)
  })

  test('is not part of a yes to anything but a save', async () => {
    const prompt = samplePrompt({ subject: { kind: 'add-agent', label: 'Cursor', account: null } })
    const { answer, approvals } = await scene([prompt])
    await answer(await approve(prompt))
    expect(await approvals.use(prompt.id, sampleIdentity)).toBe(false)
  })

  test('is no yes while the ledger does not go on from what this browser signed; a no it may be', async () => {
    const prompt = samplePrompt()
    const { answer, sent, doubt } = await scene([prompt])
    doubt.alarm = { code: 'ledger_diverged', text: 'Look.', look: { alarm: 'ledger_diverged', about: null } }
    expect(await answer(await approve(prompt))).toMatchObject({ kind: 'refused', code: 'ledger_diverged' })
    expect(sent).toEqual([])
    expect(await answer({ ...(await approve(prompt)), answer: 'deny' })).toEqual({ kind: 'done' })
  })
})
