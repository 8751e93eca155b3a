import { expect, it } from 'vitest'
import { Secret } from '../secret.ts'
import type { Session } from './session.ts'
import { summarize, summary } from './summary.ts'

const endingAt = (expires: number): Session => ({
  format: 1,
  site: 'upwork',
  account: 'ada',
  signIn: 'signed-in',
  capturedAt: '2026-11-22T12:00:00.000Z',
  userAgent: '',
  languages: [],
  timeZone: 'UTC',
  cookies: [
    {
      name: 'master_access_token',
      value: new Secret('sample'),
      domain: '.upwork.com',
      hostOnly: false,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      expires,
      partition: null,
    },
  ],
  origins: [],
  leftOut: [],
})

it.each([
  [1_800_000_000, '2027-01-15T08:00:00.000Z'],
  [1e15, null],
  [253_402_300_800, null],
  [-1e15, null],
  [Number.MAX_VALUE, null],
])('tells of a sign-in that ends at second %d: %s', (expires, at) => {
  expect(summary.parse(summarize(endingAt(expires))).expiresAt).toBe(at)
})
