import { describe, expect, it } from 'vitest'
import { sha256 } from '../ledger/sha256.ts'
import { policyIn, policyText } from '../testing/accepted-house.ts'
import type { HeldPolicy } from './accepted.ts'
import { judgeProposal } from './judge-proposal.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

const asks = { require_approval: true }
const held = (text: string, how: HeldPolicy['how'] = 'accepted'): HeldPolicy => ({
  number: 1,
  how,
  text,
  file: policyIn(text),
  from: sha256(text),
  at: null,
})
const accepted = policyText({ tools: { search_jobs: {}, get_messages: asks } })
const closed = policyText({ tools: { search_jobs: asks, get_messages: asks } })
const proposed = (text: string) => ({ kind: 'text', text, digest: sha256(text) }) as const
const judged = (text: string, inForce = accepted) =>
  judgeProposal(proposed(text), { inForce: held(inForce), accepted: held(accepted) }, ['save_session'])

describe('a proposal is judged', () => {
  it('against what is in force', () => {
    expect(judged(closed)).toMatchObject({
      kind: 'closes',
      changes: { opens: [], closes: [matching(expect.any(String))] },
    })
    expect(judged(closed, closed)).toEqual({ kind: 'in-force' })
    // What she accepted would open what was closed since.
    expect(judged(accepted, closed)).toMatchObject({ kind: 'opens', digest: sha256(accepted), withoutAsking: null })
    expect(judged('[1]')).toMatchObject({ kind: 'invalid' })
  })

  it('to be too much where nobody could read what it opens', () => {
    const many = Array.from({ length: 2001 }, (_, index) => [`tool_${index}`, {}] as const)
    expect(judged(policyText({ tools: Object.fromEntries(many) }))).toEqual({
      kind: 'invalid',
      problems: [{ path: '', message: 'This changes more at once than anybody can read. Change it in parts.' }],
    })
    const some = judged(policyText({ tools: Object.fromEntries(many.slice(0, 1900)) }))
    if (some.kind !== 'opens') throw new Error('It opens')
    // Not one is left out.
    for (const [name] of many.slice(0, 1900)) {
      expect(some.changes.opens.some((line) => line.startsWith(`${name} is newly named`))).toBe(true)
    }
  })

  it('with no line so long that it hides the next', () => {
    const limits = Array.from({ length: 50 }, (_, index) => ({ counter: `${index}`, window: 'day', max: index + 1 }))
    const result = judged(policyText({ tools: { search_jobs: {}, get_messages: asks, x: { limits } } }))
    if (result.kind !== 'opens') throw new Error('It opens')
    expect(result.changes.opens).toHaveLength(1)
    expect(result.changes.opens[0]).toMatch(/^x is newly named: it will run without asking you, .*…$/)
    expect(result.changes.opens[0]?.length).toBe(500)
  })
})
