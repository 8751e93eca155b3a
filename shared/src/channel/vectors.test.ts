import { expect, test } from 'vitest'
import { runVectors } from './vectors.ts'

test('frames made by another implementation open here', async () => {
  const results = await runVectors()
  expect(results.filter(({ passed }) => !passed)).toEqual([])
  expect(results.length).toBeGreaterThanOrEqual(9)
})
