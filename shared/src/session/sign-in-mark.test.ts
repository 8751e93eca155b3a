import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signInMark } from './observation.ts'
import { signInDigest } from './sign-in-mark.ts'
import { madeCookie } from './testing/made-cookie.ts'

const salt = 'a'.repeat(64)
const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false }
const proof = [
  madeCookie('master_access_token', 'one'),
  madeCookie('__Host-session', 'two', { domain: 'www.upwork.com', hostOnly: true }),
  madeCookie('__Secure-device', 'three', { partition }),
]
const others = [madeCookie('visitor_id', 'four'), madeCookie('console_user', 'ada', { httpOnly: false })]

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
    ['another value', [madeCookie('master_access_token', 'other'), ...proof.slice(1)]],
    ['a cookie that is gone', proof.slice(0, 2)],
    ['one more', [...proof, madeCookie('__Host-more', 'x')]],
    ['another domain', [madeCookie('master_access_token', 'one', { domain: 'www.upwork.com' }), ...proof.slice(1)]],
    ['another path', [madeCookie('master_access_token', 'one', { path: '/nx' }), ...proof.slice(1)]],
    ['out of its partition', [...proof.slice(0, 2), madeCookie('__Secure-device', 'three')]],
  ] as const)('is another with %s', async (_case, cookies) => {
    expect(await signInDigest(salt, cookies)).not.toBe(await signInDigest(salt, proof))
  })

  it.each([
    ['a later end', [madeCookie('master_access_token', 'one', { expires: 2_000_000_000 }), ...proof.slice(1)]],
    ['a cookie of pages', [...proof, madeCookie('__Host-theme', 'dark', { httpOnly: false })]],
  ] as const)('is the same with %s', async (_case, cookies) => {
    expect(await signInDigest(salt, cookies)).toBe(await signInDigest(salt, proof))
  })

  it('says nothing across two salts', async () => {
    expect(await signInDigest('b'.repeat(64), proof)).not.toBe(await signInDigest(salt, proof))
  })
})
