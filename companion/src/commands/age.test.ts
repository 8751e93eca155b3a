import { expect, it } from 'vitest'
import { ago } from './age.ts'

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
