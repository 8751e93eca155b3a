import { expect, it } from 'vitest'
import { createStageWatch } from './stage-watch.ts'

it('counts each stage without those within it, also where one throws, and begins anew once it was asked', () => {
  let now = 0
  const { during, spent } = createStageWatch(() => now)
  during('file', () => {
    now += 5
    during('ledger', () => {
      now += 3
      during('file', () => (now += 1))
    })
    now += 2
  })
  expect(() =>
    during('ledger', () => {
      now += 4
      throw new Error('full')
    }),
  ).toThrow('full')
  expect(Object.fromEntries(spent())).toEqual({ file: 8, ledger: 7 })
  expect(spent().size).toBe(0)
})
