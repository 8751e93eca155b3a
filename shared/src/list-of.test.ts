import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { listOf } from './list-of.ts'
import { Secret, secretText } from './secret.ts'

const pair = z.strictObject({ name: z.string(), value: secretText, parts: listOf(z.int()) })
const pairs = listOf(pair)
const many = (count: number, what: () => unknown): unknown[] => Array.from({ length: count }, what)

describe('a list from outside', () => {
  it('is parsed, and encoded again, as any other', () => {
    const text = [{ name: 'a', value: 'b', parts: [1, 2] }]
    const parsed = pairs.parse(text)
    expect(parsed[0]?.value).toBeInstanceOf(Secret)
    expect(parsed[0]?.value.reveal()).toBe('b')
    expect(z.encode(pairs, parsed)).toEqual(text)
    expect(pairs.parse([])).toEqual([])
  })

  it.each([
    ['entries of another kind', many(100_000, () => 0)],
    ['entries with nothing in them', many(100_000, () => ({}))],
    ['lists of such', many(1_000, () => ({ name: 'a', value: 'b', parts: many(100, () => 'x') }))],
  ])('is not looked through to its end when it has %s', (_case, list) => {
    const parsed = pairs.safeParse(list)
    expect(parsed.error?.issues.length).toBeLessThan(10)
  })

  it.each([null, {}, 'x', 1])('is none: %j', (value) => {
    expect(pairs.safeParse(value).success).toBe(false)
  })
})
