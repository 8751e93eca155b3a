import { expect, it } from 'vitest'
import { createIntakes } from './intake.ts'

const megabyte = 1024 * 1024

it('is one for all connections of an agent, and another for each agent', () => {
  const intakeOf = createIntakes()
  expect(intakeOf('one').hold(20 * megabyte)).toBe(true)
  expect(intakeOf('one').hold(13 * megabyte)).toBe(false)
  expect(intakeOf('other').hold(20 * megabyte)).toBe(true)
  intakeOf('one').hold(-13 * megabyte)
  expect(intakeOf('one').hold(12 * megabyte)).toBe(true)
})
