import { expect, test } from 'vitest'
import { memoryStored } from '../testing/memory-storage.ts'
import { sampleIdentity as shown } from '../testing/sample-prompt.ts'
import { createApprovals } from './approvals.ts'

const request = crypto.randomUUID()

test.each([
  ['one that was approved', 0, true],
  ['one that was approved nine minutes ago', 9 * 60_000, true],
  ['one that was approved ten minutes ago', 10 * 60_000, false],
])('use of %s: %s', async (_case, later, good) => {
  let now = 1_000
  const approvals = createApprovals(memoryStored().approvals, () => now)
  await approvals.remember(request, shown)
  now += later
  expect(await approvals.use(request, shown)).toBe(good)
})

test('is good once, also when it is asked for twice at the same time', async () => {
  const approvals = createApprovals(memoryStored().approvals, () => 0)
  await approvals.remember(request, shown)
  expect(await Promise.all([approvals.use(request, shown), approvals.use(request, shown)])).toEqual([true, false])
  expect(await approvals.use(request, shown)).toBe(false)
})

test('is none for another request, nor for one that the companion did not take', async () => {
  const approvals = createApprovals(memoryStored().approvals, () => 0)
  await approvals.remember(request, shown)
  expect(await approvals.use(crypto.randomUUID(), shown)).toBe(false)
  await approvals.forget(request)
  expect(await approvals.use(request, shown)).toBe(false)
})

test('outlives the worker', async () => {
  const stored = memoryStored()
  await createApprovals(stored.approvals, () => 0).remember(request, shown)
  expect(await createApprovals(stored.approvals, () => 0).use(request, shown)).toBe(true)
})

test.each([
  ['another account', { account: 'eve' }],
  ['another sign-in', { signIn: 'uncertain' }],
  ['another cookie store', { store: '1' }],
  ['another origin', { origin: 'https://other.upwork.com' }],
] as const)('is none for %s than was shown, and is used up by the attempt', async (_case, other) => {
  const approvals = createApprovals(memoryStored().approvals, () => 0)
  await approvals.remember(request, shown)
  expect(await approvals.use(request, { ...shown, ...other })).toBe(false)
  expect(await approvals.use(request, shown)).toBe(false)
})
