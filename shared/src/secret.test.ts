import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Secret, secretText } from './secret.ts'

const canary = 'canary-5f1d'

describe('Secret', () => {
  const secret = new Secret(canary)
  it.each([
    ['String', () => String(secret)],
    ['a template', () => `it is ${secret.toString()}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['concatenation', () => ['a', secret].join()],
    ['its own fields', () => JSON.stringify(Object.entries(secret))],
    ['an error about it', () => String(new Error(`no: ${String(secret)}`))],
    ['a zod error', () => JSON.stringify(z.strictObject({ a: z.number() }).safeParse({ a: secret }).error?.issues)],
  ])('does not show in %s', (_where, print) => expect(print()).not.toContain(canary))

  it('opens through reveal alone', () => expect(secret.reveal()).toBe(canary))

  it('is a plain string on the wire', () => {
    const parsed = secretText.parse(canary)
    expect(parsed).toBeInstanceOf(Secret)
    expect(z.encode(secretText, parsed)).toBe(canary)
  })
})
