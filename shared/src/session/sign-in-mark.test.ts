import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../secret.ts'
import type { Cookie } from './cookie.ts'
import { signInMark } from './observation.ts'
import { signInDigest } from './sign-in-mark.ts'

const salt = 'a'.repeat(64)
const cookie = (name: string, value: string, more: Partial<Cookie> = {}): Cookie => ({
  name,
  value: new Secret(value),
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  expires: null,
  partition: null,
  ...more,
})
const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false }
const proof = [
  cookie('master_access_token', 'one'),
  cookie('__Host-session', 'two', { domain: 'www.upwork.com', hostOnly: true }),
  cookie('__Secure-device', 'three', { partition }),
]
const others = [cookie('visitor_id', 'four'), cookie('console_user', 'ada', { httpOnly: false })]

describe('the digest of a sign-in', () => {
  it('is that of a mark', async () => {
    const digest = await signInDigest(salt, proof)
    expect(signInMark.parse({ salt, digest })).toEqual({ salt, digest })
    expect(digest).not.toContain('one')
  })

  it('is the same in whatever order the cookies come, and whatever else there is', async () => {
    const expected = await signInDigest(salt, proof)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...others, ...proof], { minLength: 5 }), async (cookies) => {
        expect(await signInDigest(salt, cookies)).toBe(expected)
      }),
    )
  })

  it.each([
    ['another value', [cookie('master_access_token', 'other'), ...proof.slice(1)]],
    ['a cookie that is gone', proof.slice(0, 2)],
    ['one more', [...proof, cookie('__Host-more', 'x')]],
    ['another domain', [cookie('master_access_token', 'one', { domain: 'www.upwork.com' }), ...proof.slice(1)]],
    ['another path', [cookie('master_access_token', 'one', { path: '/nx' }), ...proof.slice(1)]],
    ['out of its partition', [...proof.slice(0, 2), cookie('__Secure-device', 'three')]],
  ] as const)('is another with %s', async (_case, cookies) => {
    expect(await signInDigest(salt, cookies)).not.toBe(await signInDigest(salt, proof))
  })

  it.each([
    ['a later end', [cookie('master_access_token', 'one', { expires: 2_000_000_000 }), ...proof.slice(1)]],
    ['a cookie of pages', [...proof, cookie('__Host-theme', 'dark', { httpOnly: false })]],
  ] as const)('is the same with %s', async (_case, cookies) => {
    expect(await signInDigest(salt, cookies)).toBe(await signInDigest(salt, proof))
  })

  it('says nothing across two salts', async () => {
    expect(await signInDigest('b'.repeat(64), proof)).not.toBe(await signInDigest(salt, proof))
  })
})
