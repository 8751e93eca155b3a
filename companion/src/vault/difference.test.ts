import * as fc from 'fast-check'
import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import { sessionDifference } from '@countersign/shared/session/history'
import type { Session } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { sampleSession } from '../testing/sample-session.ts'
import { difference } from './difference.ts'
import { madeCookie } from '@countersign/shared/session/testing/made-cookie'

const entry = (name: string, value: string) => ({ name, value: new Secret(value) })
const www = 'https://www.upwork.com'
const session = (cookies: readonly Cookie[], origins: Session['origins'] = []): Session =>
  sampleSession({ cookies: [...cookies], origins })
const between = (from: Session, to: Session) => difference({ version: 1, session: from }, { version: 2, session: to })
const nothing = { added: [], gone: [], changed: [], unnamed: 0 }

describe('what differs', () => {
  it('is told by the cookie’s name alone where that is enough, and with its place where it is not', () => {
    const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: true }
    const from = session([
      madeCookie('sid', 'a'),
      madeCookie('old', 'a'),
      madeCookie('same', 'a'),
      madeCookie('lang', 'de'),
    ])
    const to = session([
      madeCookie('sid', 'b'),
      madeCookie('sid', 'b', { path: '/ab' }),
      madeCookie('sid', 'b', { partition }),
      madeCookie('same', 'a'),
      madeCookie('lang', 'de', { expires: 2_000_000_000 }),
    ])
    expect(between(from, to)).toEqual({
      from: 1,
      to: 2,
      cookies: {
        added: ['sid (.upwork.com/, within https://upwork.com, across sites)', 'sid (.upwork.com/ab)'],
        gone: ['old'],
        changed: ['lang', 'sid (.upwork.com/)'],
        unnamed: 0,
      },
      storage: nothing,
    })
  })

  it('tells local from session storage, and one origin’s from another’s', () => {
    const origin = (more: Partial<Session['origins'][number]>) => ({
      origin: www,
      localStorage: [],
      sessionStorage: [],
      ...more,
    })
    const from = session([], [origin({ localStorage: [entry('k', '1'), entry('gone', '1')] })])
    const to = session(
      [],
      [
        origin({ localStorage: [entry('k', '2')], sessionStorage: [entry('k', '1')] }),
        origin({ origin: 'https://community.upwork.com', localStorage: [entry('k', '1')] }),
      ],
    )
    expect(between(from, to).storage).toEqual({
      added: ['k (local, https://community.upwork.com)', `k (session, ${www})`],
      gone: [`gone (local, ${www})`],
      changed: [`k (local, ${www})`],
      unnamed: 0,
    })
  })

  it('is never more than fits into one message, and says how much it does not name', () => {
    const many = Array.from({ length: 3000 }, (_, count) => madeCookie(`${'送'.repeat(400)}${count}`, 'x'))
    const keys = Array.from({ length: 3000 }, (_, count) => entry(`${'\u0000'.repeat(400)}${count}`, 'x'))
    const full = session(many, [{ origin: www, localStorage: keys, sessionStorage: keys }])
    const told = between(session([]), full)
    expect([told.cookies.added.length, told.cookies.unnamed, told.storage.unnamed]).toEqual([500, 2500, 5500])
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(2 * 1024 * 1024)
  })
})

const canary = 'canary-'
const value = fc.constantFrom('1', '2', '3').map((which) => `${canary}${which}`)
const anyCookie = fc
  .record({
    name: fc.oneof(fc.constantFrom('sid', 'a', ''), fc.string()),
    value,
    path: fc.constantFrom('/', '/ab'),
    domain: fc.constantFrom('.upwork.com', 'www.upwork.com'),
    expires: fc.constantFrom(null, 1_900_000_000),
    partition: fc.constantFrom(null, { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: null }),
  })
  .map(({ name, value: secret, ...more }) => madeCookie(name, secret, more))
const entries = fc
  .array(fc.record({ name: fc.oneof(fc.constantFrom('k', 'l'), fc.string()), value }))
  .map((all) => all.map((each) => entry(each.name, each.value)))
const anySession = fc
  .record({
    cookies: fc.array(anyCookie, { maxLength: 12 }),
    origins: fc.array(
      fc.record({ origin: fc.constantFrom(www, 'https://upwork.com'), localStorage: entries, sessionStorage: entries }),
      { maxLength: 3 },
    ),
  })
  .map(({ cookies, origins }) => session(cookies, origins))

describe('of any two sessions', () => {
  it('a thing differs from itself in nothing', () => {
    fc.assert(
      fc.property(anySession, (one) => {
        expect(between(one, one)).toMatchObject({ cookies: nothing, storage: nothing })
      }),
    )
  })

  it('the other way round, what was added is gone, and what changed is the same', () => {
    fc.assert(
      fc.property(anySession, anySession, (one, other) => {
        const there = between(one, other)
        const back = between(other, one)
        for (const kind of ['cookies', 'storage'] as const) {
          const { added, gone, changed, unnamed } = there[kind]
          expect(back[kind]).toEqual({ added: gone, gone: added, changed, unnamed })
        }
      }),
    )
  })

  it('no value comes out, and what does fits the wire', () => {
    fc.assert(
      fc.property(anySession, anySession, (one, other) => {
        const told = sessionDifference.parse(between(one, other))
        expect(JSON.stringify(told)).not.toContain(canary)
      }),
    )
  })
})
