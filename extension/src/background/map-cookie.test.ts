import { expect, test } from 'vitest'
import { cookie } from '@countersign/shared/session/cookie'
import { type BrowserCookie, mapCookie } from './map-cookie.ts'

const given: BrowserCookie = {
  name: 'master_access_token',
  value: 'a value',
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
}

test('keeps every attribute', () => {
  const mapped = mapCookie({ ...given, expirationDate: 1_900_000_000.25 })
  expect(mapped.value.reveal()).toBe('a value')
  expect(cookie.encode(mapped)).toEqual({ ...given, expires: 1_900_000_000.25, partition: null })
})

test.each([
  [undefined, null],
  [null, null],
  [{}, null],
  [{ topLevelSite: 'https://upwork.com' }, { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: null }],
  [
    { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false },
    { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false },
  ],
])('takes the partition %j as %j', (partitionKey, partition) => {
  expect(mapCookie({ ...given, partitionKey }).partition).toEqual(partition)
})

test('does not print the value', () => {
  expect(JSON.stringify(mapCookie(given))).not.toContain('a value')
})
