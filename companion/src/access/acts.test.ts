import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { describe, expect, it } from 'vitest'
import { companionKey, fakeBrowser } from '../testing/fake-browser.ts'
import { tempHouse } from '../testing/temp-house.ts'
import { createActs } from './acts.ts'

const resume = { tool: 'resume' } as const
const id = 'b1e1a3f2-5a57-4f40-8f0c-0d6a3a5a1c11'

const setUp = async () => {
  const house = await tempHouse()
  const unpaired: string[] = []
  const unpair = (fingerprint: string) => {
    unpaired.push(fingerprint)
    return Promise.resolve()
  }
  const { approvals, browser, pause, time } = house
  const seen: unknown[] = []
  const looked = (alarm: object) => void seen.push(alarm)
  const unmuted: string[] = []
  const unmute = (grant: string, by: string) => void unmuted.push(`${grant} by ${by}`)
  const changed: unknown[] = []
  const sessions = (act: object, by: string) => {
    changed.push([act, by])
    return Promise.resolve()
  }
  const acts = createActs({ companionKey, approvals, pause, unpair, unmute, sessions, looked, time })
  const asker = { kind: 'agent', grant: 'browser', label: 'Browser', claim: null } as const
  const times = { askedAt: new Date(time.wall()).toISOString(), deadline: new Date(time.wall() + 60_000).toISOString() }
  const sign = async (act: object, more: Partial<ApprovalDocument> = {}, by = browser) => {
    const args = await digest(act)
    const subject = { kind: 'add-agent', label: 'x', account: null } as const
    const prompt = { id, asker, action: 'resume', reason: null, subject, args, ...times }
    return by.sign(prompt, 'approve', { shown: args, request: crypto.randomUUID(), ...more })
  }
  await pause.pause('Chrome')
  return { ...house, acts, sign, unpaired, unmuted, changed, seen }
}

describe('the person’s own acts', () => {
  it('resumes when signed, and not a second time with the same signature', async () => {
    const { acts, browser, pause, rows, sign } = await setUp()
    const signed = await sign(resume)
    expect(await acts.perform(browser, { signed, act: resume })).toEqual({ kind: 'done' })
    expect(pause.isPaused()).toBe(false)
    expect(rows()).toEqual(['paused done', 'approval resume done', 'resumed done'])
    await pause.pause('Chrome')
    expect(await acts.perform(browser, { signed, act: resume })).toMatchObject({ code: 'countersignature_invalid' })
    expect(pause.isPaused()).toBe(true)
  })

  it.each<[string, Partial<ApprovalDocument>]>([
    ['another tool', { tool: 'unpair' }],
    ['other arguments', { args: '0'.repeat(64) }],
    ['an agent’s grant', { grant: { id: 'g1', label: 'Claude' } }],
    ['a no', { answer: 'deny' }],
    ['another companion', { companion: 'x'.repeat(87) }],
    ['a yes that lasts', { scope: { for: 'browser', session: id, sameArguments: false } }],
    ['an old one', { expires: '2026-11-22T11:00:00.000Z' }],
  ])('refuses a signature for %s', async (_name, more) => {
    const { acts, browser, pause, sign } = await setUp()
    const signed = await sign(resume, more)
    expect(await acts.perform(browser, { signed, act: resume })).toMatchObject({ kind: 'refused' })
    expect(pause.isPaused()).toBe(true)
  })

  it('refuses another browser’s signature, and one for another act', async () => {
    const { acts, browser, sign, unpaired } = await setUp()
    const other = await sign(resume, {}, await fakeBrowser('Other'))
    expect(await acts.perform(browser, { signed: other, act: resume })).toMatchObject({ kind: 'refused' })
    const act = { tool: 'unpair', fingerprint: 'A' } as const
    const signed = await sign({ tool: 'unpair', fingerprint: 'B' }, { tool: 'unpair' })
    expect(await acts.perform(browser, { signed, act })).toMatchObject({ kind: 'refused' })
    expect(unpaired).toEqual([])
    const right = await sign(act, { tool: 'unpair' })
    expect(await acts.perform(browser, { signed: right, act })).toEqual({ kind: 'done' })
    expect(unpaired).toEqual(['A'])
  })

  it('changes just what was signed for about saved sessions', async () => {
    const { acts, browser, changed, sign } = await setUp()
    const act = { tool: 'forget-session', account: 'ada', version: 3 } as const
    const signed = await sign({ ...act, version: null }, { tool: 'forget-session' })
    expect(await acts.perform(browser, { signed, act })).toMatchObject({ code: 'countersignature_invalid' })
    expect(changed).toEqual([])
    const right = await sign(act, { tool: 'forget-session' })
    expect(await acts.perform(browser, { signed: right, act })).toEqual({ kind: 'done' })
    expect(changed).toEqual([[act, 'Chrome on Linux']])
  })

  it('unmutes the very agent that was signed for', async () => {
    const { acts, browser, sign, unmuted } = await setUp()
    const act = { tool: 'unmute', grant: 'g1' } as const
    const signed = await sign({ tool: 'unmute', grant: 'g2' }, { tool: 'unmute' })
    expect(await acts.perform(browser, { signed, act })).toMatchObject({ code: 'countersignature_invalid' })
    const right = await sign(act, { tool: 'unmute' })
    expect(await acts.perform(browser, { signed: right, act })).toEqual({ kind: 'done' })
    expect(unmuted).toEqual(['g1 by Chrome on Linux'])
  })
})
