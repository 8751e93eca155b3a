import { expect, it } from 'vitest'
import { thisMachine } from '../machine.ts'
import { claimCaller } from './claim.ts'
import { claim } from './messages.ts'

it.skipIf(process.platform === 'win32')('tells the program of a process, and the one that started it', async () => {
  const told = await claimCaller(thisMachine(), process.pid, '/somewhere')
  expect(claim.parse(told)).toEqual(told)
  expect(told).toMatchObject({ pid: process.pid, folder: '/somewhere' })
  expect(told.program).not.toBe('unknown')
  expect(told.parent).not.toBe('unknown')
})

it('says so when it can not tell', async () => {
  const gone = 2 ** 22 + 1
  expect(await claimCaller(thisMachine(), gone, 'x'.repeat(5000))).toEqual({
    program: 'unknown',
    parent: 'unknown',
    pid: gone,
    folder: 'x'.repeat(1000),
  })
})

it('makes no guess where it knows no way to look', async () => {
  const told = await claimCaller({ ...thisMachine(), platform: 'win32' }, process.pid, 'C:\\')
  expect(told).toMatchObject({ program: 'unknown', parent: 'unknown' })
})
