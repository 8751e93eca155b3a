import { afterAll, describe, expect, test } from 'vitest'
import { frameAttacks } from '../attack/attacks.ts'
import { createGround } from '../attack/ground.ts'
import { createTally } from '../attack/tally.ts'

// Two thousand frames of all kinds at a companion in use. `npm run attack` throws a hundred thousand.

const seed = 8
const ground = createGround()
afterAll(() => ground[Symbol.asyncDispose]())

describe('whoever attacks a companion in use comes to an end, and nobody else notices', { timeout: 120_000 }, () => {
  test.each(frameAttacks.map((attack) => [attack.name, attack.what, attack] as const))(
    '%s: %s',
    async (_, __, attack) => {
      const { run, short } = attack
      const tally = createTally()
      await run(ground, { seed, count: short, report: tally.report })
      await ground.check()
      expect(tally.units()).toBeGreaterThanOrEqual(short)
    },
  )

  test('that is as many as was said', () => {
    const all = (of: 'short' | 'long') => frameAttacks.reduce((sum, attack) => sum + attack[of], 0)
    expect([all('short'), all('long')]).toEqual([2_000, 100_000])
  })
})
