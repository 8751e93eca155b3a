import { expect, it } from 'vitest'
import { timeLeft } from './time-left.ts'

const now = Date.parse('2026-11-22T12:00:00Z')

it.each([
  ['2026-11-22T11:59:00Z', '1 minute'],
  ['2026-11-22T12:00:01Z', '1 minute'],
  ['2026-11-22T12:14:01Z', '15 minutes'],
  ['2026-11-22T13:30:00Z', '90 minutes'],
  ['2026-11-22T13:30:01Z', '2 hours'],
  ['2026-11-23T12:00:00Z', '24 hours'],
])('says how long it is until %s', (until, words) => {
  expect(timeLeft(Date.parse(until), now)).toBe(words)
})
