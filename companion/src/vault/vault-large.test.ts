import { encodeSession, sessionLimit } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { checkCapture } from '../access/check-capture.ts'
import { largeSession } from '../testing/large-session.ts'
import { sent } from '../testing/sample-session.ts'
import { tempHouse } from '../testing/temp-house.ts'

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('a session as large and as odd as a browser may hold one', () => {
  it.each([
    ['3,000 cookies of every kind', largeSession()],
    ['3 MiB of storage over two origins', largeSession({ cookies: 150, storageBytes: 3 * 1024 * 1024 })],
  ])('comes back as it was sent, with %s', async (_what, session) => {
    expect(bytesOf(encodeSession(session))).toBeLessThan(sessionLimit)
    expect(checkCapture(session)).toBeUndefined()
    const { vault } = await tempHouse()
    const saved = await vault.save(...(await sent(session)))
    if (saved.kind !== 'saved') throw new Error(saved.refusal.reason)
    expect([saved.summary.cookies, saved.summary.origins.length]).toEqual([session.cookies.length, 2])
    expect(JSON.stringify(encodeSession(vault.open(saved.id)))).toBe(JSON.stringify(encodeSession(session)))
  })

  it('has the prefixes, partitions, emoji, quotes, newlines and NULs that it is for', () => {
    const { cookies, origins } = encodeSession(largeSession())
    expect(cookies).toHaveLength(3000)
    expect(new Set(cookies.map(({ name, domain, path }) => `${name} ${domain} ${path}`)).size).toBe(3000)
    const host = cookies.filter(({ name }) => name.startsWith('__Host-'))
    expect(host.length).toBeGreaterThan(100)
    expect(host.every(({ secure, hostOnly, path }) => secure && hostOnly && path === '/')).toBe(true)
    expect(cookies.filter(({ name }) => name.startsWith('__Secure-')).every(({ secure }) => secure)).toBe(true)
    expect(cookies.filter(({ partition }) => partition !== null).length).toBeGreaterThan(100)
    const values = cookies.map(({ value }) => value).join('')
    expect([values.includes('😀'), values.includes('"')]).toEqual([true, true])
    // oxlint-disable-next-line no-control-regex -- what no cookie may hold
    expect(values).not.toMatch(/[\u0000-\u001F;\u007F]/)
    const storage = origins.flatMap(({ localStorage, sessionStorage }) => [...localStorage, ...sessionStorage])
    for (const odd of ['\n', '\u0000', '\ud83d', '😀']) {
      expect(storage.some(({ name, value }) => name.includes(odd) && value.includes(odd))).toBe(true)
    }
  })
})
