import { expect, it } from 'vitest'
import { z } from 'zod'
import { told } from './log.ts'

it('says what was thrown and where, through its causes', () => {
  const entry = JSON.stringify(told(new Error('outside', { cause: new TypeError('inside') })))
  expect(entry).toContain('outside')
  expect(entry).toContain('TypeError')
  expect(entry).toContain('log.test.ts')
})

it('says nothing of what a parser saw, and nothing of a thing that is no error', () => {
  const wrong = z.strictObject({ kind: z.literal('known') }).safeParse({ kind: 'a-canary', 'a-canary': 1 })
  expect(JSON.stringify(told(new Error('outside', { cause: wrong.error })))).not.toContain('a-canary')
  expect(JSON.stringify(told('a-canary'))).not.toContain('a-canary')
})

it('does not quote what a parser could not read', () => {
  let thrown: unknown
  try {
    JSON.parse('a-canary')
  } catch (caught) {
    thrown = caught
  }
  expect(String(thrown)).toContain('a-canary')
  expect(JSON.stringify(told(new Error('outside', { cause: thrown })))).not.toContain('a-canary')
})
