import { expect, it } from 'vitest'
import { ago, left } from './age.ts'

const now = Date.parse('2026-11-22T12:00:00Z')

it.each([
  ['2026-11-22T12:00:00Z', 'just now'],
  ['2026-11-22T12:00:09Z', 'just now'],
  ['2026-11-22T11:59:01Z', 'just now'],
  ['2026-11-22T11:59:00Z', '1 minute ago'],
  ['2026-11-22T11:00:01Z', '59 minutes ago'],
  ['2026-11-22T11:00:00Z', '1 hour ago'],
  ['2026-11-21T12:00:01Z', '23 hours ago'],
  ['2026-11-21T12:00:00Z', '1 day ago'],
  ['2025-11-22T12:00:00Z', '365 days ago'],
])('says how long ago %s is', (at, text) => {
  expect(ago(at, now)).toBe(text)
})

it.each([
  ['2026-11-22T11:59:00Z', '1 minute'],
  ['2026-11-22T12:00:01Z', '1 minute'],
  ['2026-11-22T12:14:01Z', '15 minutes'],
  ['2026-11-22T13:30:00Z', '90 minutes'],
  ['2026-11-22T13:30:01Z', '2 hours'],
  ['2026-11-23T12:00:00Z', '24 hours'],
])('says how long it is until %s', (until, text) => {
  expect(left(until, now)).toBe(text)
})
