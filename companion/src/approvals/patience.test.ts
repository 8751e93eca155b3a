import { describe, expect, it } from 'vitest'
import { longestFrom, patienceFrom } from './patience.ts'

const truth: [setting: string | undefined, seconds: number, longest: number][] = [
  [undefined, 600, Infinity],
  ['', 600, Infinity],
  ['5', 5, 5],
  ['600', 600, 600],
  ['601', 600, 601],
  ['1e9', 600, 1e9],
  ['Infinity', 600, Infinity],
  ['0', 600, Infinity],
  ['-3', 600, Infinity],
  ['soon', 600, Infinity],
]

describe('COUNTERSIGN_PROMPT_SECONDS', () => {
  it.each(truth)('of %j means %d seconds, and for a rule’s own time at most %d', (setting, seconds, longest) => {
    const env = { COUNTERSIGN_PROMPT_SECONDS: setting }
    expect([patienceFrom(env), longestFrom(env)]).toEqual([seconds, longest])
  })
})
