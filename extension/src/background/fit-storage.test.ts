import { array, assert, integer, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from '@countersign/shared/secret'
import { encodeSession, type Session } from '@countersign/shared/session/session'
import { fitStorage } from './fit-storage.ts'

const sessionWith = (sizes: readonly number[], cookieSize = 10): Session => ({
  format: 1,
  site: 'upwork',
  account: 'example-freelancer',
  signIn: 'signed-in',
  capturedAt: '2026-11-22T12:00:00.000Z',
  userAgent: 'Chrome',
  languages: ['en'],
  timeZone: 'UTC',
  cookies: [
    {
      name: 'console_user',
      value: new Secret('c'.repeat(cookieSize)),
      domain: '.upwork.com',
      hostOnly: false,
      path: '/',
      secure: true,
      httpOnly: false,
      sameSite: 'lax',
      expires: null,
      partition: null,
    },
  ],
  origins: sizes.map((size, at) => ({
    origin: `https://o${at}.upwork.com`,
    localStorage: [{ name: 'k', value: new Secret('x'.repeat(size)) }],
    sessionStorage: [],
  })),
  leftOut: [],
})

const encodedBytes = (session: Session): number =>
  new TextEncoder().encode(JSON.stringify(encodeSession(session))).length

test('leaves nothing out when all fits', () => {
  const session = sessionWith([100, 200])
  expect(fitStorage(session, 10_000)).toEqual(session)
})

test('leaves out the largest origin, names it, and keeps the others in their order', () => {
  const fitted = fitStorage(sessionWith([100, 5_000, 200]), 2_000)
  expect(fitted?.origins.map(({ origin }) => origin)).toEqual(['https://o0.upwork.com', 'https://o2.upwork.com'])
  expect(fitted?.leftOut.map(({ origin }) => origin)).toEqual(['https://o1.upwork.com'])
  expect(fitted?.leftOut[0]?.bytes).toBeGreaterThan(5_000)
})

test('keeps naming what did not answer', () => {
  const silent = { origin: 'https://silent.upwork.com', bytes: 0 }
  const fitted = fitStorage({ ...sessionWith([5_000]), leftOut: [silent] }, 2_000)
  expect(fitted?.leftOut.map(({ origin }) => origin)).toEqual([silent.origin, 'https://o0.upwork.com'])
})

test('never leaves out a cookie', () => {
  expect(fitStorage(sessionWith([100], 5_000), 2_000)).toBeUndefined()
})

test('is under the limit, and every origin is either in or named', () => {
  // From 1500 bytes on there is room for the cookie and for the names of all that is left out.
  assert(
    property(array(nat(3_000), { maxLength: 6 }), integer({ min: 1_500, max: 9_000 }), (sizes, limit) => {
      const session = sessionWith(sizes)
      const fitted = fitStorage(session, limit)
      if (fitted === undefined) throw new Error('there was room')
      expect(encodedBytes(fitted)).toBeLessThanOrEqual(limit)
      expect(fitted.cookies).toEqual(session.cookies)
      const named = [...fitted.origins, ...fitted.leftOut].map(({ origin }) => origin)
      expect(named.sort()).toEqual(session.origins.map(({ origin }) => origin).sort())
    }),
  )
})
