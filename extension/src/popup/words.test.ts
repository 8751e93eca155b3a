import { describe, expect, it } from 'vitest'
import { ago, count, countsFor, expires, listed, shortAgo, timeOf, waits, whyLeftOut } from './words.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

describe('words', () => {
  it('tells a time of this day, and of another with its date', () => {
    const [noon, later, tomorrow] = [
      new Date(2026, 10, 22, 12),
      new Date(2026, 10, 22, 16, 40),
      new Date(2026, 10, 23, 0, 5),
    ]
    expect(timeOf(later.getTime(), noon.getTime())).toBe('16:40')
    expect(timeOf(tomorrow.getTime(), noon.getTime())).toBe('00:05 on 23 Nov 2026')
  })

  it('counts', () => {
    expect([0, 1, 2].map((amount) => count(amount, 'cookie'))).toEqual(['0 cookies', '1 cookie', '2 cookies'])
    expect(count(2, 'entry', 'entries')).toBe('2 entries')
  })

  it('lists', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c'])
  })

  it('tells why storage was left out, with its size when that is known', () => {
    expect([0, 1, 12_400, 4_123_000].map(whyLeftOut)).toEqual([
      'its tab did not answer',
      'too large, 1 byte',
      'too large, 12 kB',
      'too large, 4.1 MB',
    ])
  })

  it.each([
    [-5 * second, 'just now', 'now'],
    [59 * second, 'just now', 'now'],
    [minute, '1 minute ago', '1m'],
    [59 * minute, '59 minutes ago', '59m'],
    [hour, '1 hour ago', '1h'],
    [23 * hour, '23 hours ago', '23h'],
    [day, '1 day ago', '1d'],
    [29 * day, '29 days ago', '29d'],
    [30 * day, 'on 23 Oct 2026', '23 Oct 2026'],
  ])('%i ms ago', (passed, long, short) => {
    expect(ago(now - passed, now)).toBe(long)
    expect(shortAgo(now - passed, now)).toBe(short)
  })

  it.each([
    [-1, 'has expired'],
    [30 * minute, 'expires within the hour'],
    [5 * hour, 'expires in 5 hours'],
    [14 * day, 'expires in 14 days'],
  ])('a sign-in with %i ms left', (left, words) => expect(expires(now + left, now)).toBe(words))

  it.each([
    [10 * minute, 'Waits 10 more minutes'],
    [91 * second, 'Waits 2 more minutes'],
    [90 * second, 'Waits 90 more seconds'],
    [1, 'Waits 1 more second'],
    [0, 'Its time is up'],
  ])('a question with %i ms left', (left, words) => expect(waits(now + left, now)).toBe(words))

  it.each([
    [15 * minute, true, '15 minutes left'],
    [14 * minute - second, true, '14 minutes left'],
    [minute + second, true, '2 minutes left'],
    [minute, true, '1 minute left'],
    [-second, true, '1 minute left'],
    [null, true, 'until this browser closes'],
    [null, false, 'until that browser closes'],
  ])('tells for how long a yes counts that ends in %s ms, given here: %s', (left, here, words) => {
    expect(countsFor(left === null ? null : now + left, now, here)).toBe(words)
  })
})
