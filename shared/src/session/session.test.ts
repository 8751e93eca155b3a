import { expect, it } from 'vitest'
import { session } from './session.ts'

const good = {
  format: 1,
  site: 'upwork',
  account: 'a',
  signIn: 'signed-in',
  capturedAt: '2026-01-01T00:00:00.000Z',
  userAgent: '',
  languages: [],
  timeZone: '',
  cookies: [],
  origins: [],
  leftOut: [],
}
const origin = { origin: 'https://www.upwork.com', localStorage: [], sessionStorage: [] }
const full = (what: unknown): unknown[] => Array(100_000).fill(what)

it.each([
  ['cookies', { cookies: full({}) }],
  ['origins', { origins: full({}) }],
  ['languages', { languages: full(0) }],
  ['storage left out', { leftOut: full({}) }],
  ['local storage', { origins: [{ ...origin, localStorage: full({}) }] }],
  ['session storage', { origins: [{ ...origin, sessionStorage: full({}) }] }],
])('a session full of wrong %s is put aside at the first of them', (_what, wrong) => {
  expect(session.safeParse(good).success).toBe(true)
  expect(session.safeParse({ ...good, ...wrong }).error?.issues.length).toBeLessThan(20)
})
