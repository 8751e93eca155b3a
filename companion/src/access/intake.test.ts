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

it('has so many places for an agent’s relays, and more for another’s', () => {
  const intakeOf = createIntakes()
  const leave = Array.from({ length: 64 }, () => intakeOf('one').enter())
  expect(leave.every((way) => way !== undefined)).toBe(true)
  expect(intakeOf('one').enter()).toBeUndefined()
  expect(intakeOf('other').enter()).toBeDefined()
  leave[0]?.()
  expect(intakeOf('one').enter()).toBeDefined()
})
