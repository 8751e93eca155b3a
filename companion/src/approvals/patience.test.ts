import { describe, expect, it } from 'vitest'
import { patienceFrom } from './patience.ts'

const truth: [setting: string | undefined, seconds: number][] = [
  [undefined, 600],
  ['', 600],
  ['5', 5],
  ['600', 600],
  ['601', 600],
  ['1e9', 600],
  ['Infinity', 600],
  ['0', 600],
  ['-3', 600],
  ['soon', 600],
]

describe('patienceFrom', () => {
  it.each(truth)('takes %j for %d seconds', (setting, seconds) => {
    expect(patienceFrom({ COUNTERSIGN_PROMPT_SECONDS: setting })).toBe(seconds)
  })
})
