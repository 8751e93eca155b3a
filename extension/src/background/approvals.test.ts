import { expect, test } from 'vitest'
import { memoryStored } from '../testing/memory-storage.ts'
import { createApprovals } from './approvals.ts'

const request = crypto.randomUUID()

test.each([
  ['one that was approved', 0, true],
  ['one that was approved nine minutes ago', 9 * 60_000, true],
  ['one that was approved ten minutes ago', 10 * 60_000, false],
])('use of %s: %s', async (_case, later, good) => {
  let now = 1_000
  const approvals = createApprovals(memoryStored().approvals, () => now)
  await approvals.remember(request)
  now += later
  expect(await approvals.use(request)).toBe(good)
})

test('is good once, also when it is asked for twice at the same time', async () => {
  const approvals = createApprovals(memoryStored().approvals, () => 0)
  await approvals.remember(request)
  expect(await Promise.all([approvals.use(request), approvals.use(request)])).toEqual([true, false])
  expect(await approvals.use(request)).toBe(false)
})

test('is none for another request, nor for one that the companion did not take', async () => {
  const approvals = createApprovals(memoryStored().approvals, () => 0)
  await approvals.remember(request)
  expect(await approvals.use(crypto.randomUUID())).toBe(false)
  await approvals.forget(request)
  expect(await approvals.use(request)).toBe(false)
})

test('outlives the worker', async () => {
  const stored = memoryStored()
  await createApprovals(stored.approvals, () => 0).remember(request)
  expect(await createApprovals(stored.approvals, () => 0).use(request)).toBe(true)
})
