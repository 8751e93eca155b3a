import { inspect, isDeepStrictEqual } from 'node:util'
import { refusalOf } from '@countersign/shared/errors'
import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import type { OriginStorage, Session } from '@countersign/shared/session/session'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Format, FormatOptions, Written } from '../exporters/format.ts'
import { counted, listOfNames } from '../exporters/notes.ts'
import { largeSession } from './large-session.ts'
import { sampleSession } from './sample-session.ts'

/** What a reader of the format finds in a text. */
export type ReadBack = {
  readonly cookies: readonly {
    readonly name: string
    readonly value: string
    /** Undefined where the format has none. */
    readonly sameSite?: Cookie['sameSite']
  }[]
  /** Undefined where the format has none. */
  readonly localStorage?: readonly { readonly name: string; readonly value: string }[]
}

/** What every format keeps to: nothing is lost in silence, nothing is weakened, and no value is anywhere but in the text. */
export const formatContract = (
  format: Format,
  { url, read }: { readonly url?: string; readonly read: (text: string) => ReadBack },
): void => {
  const write = async (session: Session): Promise<Written> => format.write(session, await optionsOf())
  const optionsOf = async (): Promise<FormatOptions> => format.options({ url })

  /** What is wrong with what was written of this session. */
  const wrongs = (session: Session, written: Written): string[] => {
    const text = written.text.reveal()
    const found = read(text)
    const notes = written.notes.join('\n')
    const wrong: string[] = []
    const must = (holds: boolean, what: string) => {
      if (!holds) wrong.push(what)
    }
    must(text.endsWith('\n'), 'it ends with a newline')
    must(found.cookies.length === written.cookies, `it counts ${found.cookies.length} cookies as ${written.cookies}`)

    // A cookie is there with its value, or it is counted and named.
    const left = [...found.cookies]
    const lost = session.cookies.filter(({ name, value }) => {
      const at = left.findIndex((one) => one.name === name && one.value === value.reveal())
      if (at !== -1) left.splice(at, 1)
      return at === -1
    })
    must(left.length === 0, `it made up ${left.length} cookies`)
    const told = [...notes.matchAll(/^(\d+) cookies? stayed in the vault/gm)].reduce((sum, [, n]) => sum + Number(n), 0)
    must(told === lost.length, `it tells ${told} of ${lost.length} that it left out`)
    const names = [...new Set(lost.map(({ name }) => name))]
    for (const name of names.length < 5 ? names : []) must(notes.includes(listOfNames([name])), `${name} is not named`)

    for (const { name, value, sameSite } of found.cookies) {
      const of = session.cookies.filter((cookie) => cookie.name === name && cookie.value.reveal() === value)
      const weakest = Math.min(...of.map((cookie) => strength[cookie.sameSite]))
      if (sameSite === undefined) must(notes.includes('SameSite'), 'it does not say that it has no SameSite')
      else must(strength[sameSite] >= weakest, `${name} became ${sameSite}`)
    }

    const keys = session.origins.flatMap(({ localStorage }) => localStorage)
    if (found.localStorage === undefined) {
      must(written.origins === 0, 'it has no storage, and counts some')
      const all = counted(keysOf(session), 'key')
      must(keysOf(session) === 0 || notes.includes(`no web storage: ${all}`), `it does not tell of ${all}`)
    } else {
      const plain = keys.map(({ name, value }) => ({ name, value: value.reveal() }))
      must(isDeepStrictEqual(found.localStorage, plain), 'its storage is another')
    }
    return [...new Set(wrong)]
  }

  describe(`the format ${format.name}`, () => {
    it('holds a session of every kind of cookie', async () => {
      const session = sampleSession({ cookies: everyKind(), origins: oddStorage() })
      expect(wrongs(session, await write(session))).toEqual([])
    })

    it('shows no value but in the text, and keeps that a secret', async () => {
      const session = sampleSession({ cookies: everyKind().map(withValue), origins: oddStorage().map(withValues) })
      const written = await write(session)
      expect(written.text.reveal()).toContain(canary)
      for (const shown of [JSON.stringify(written), String(written.text), inspect(written, { depth: 9 })]) {
        expect(shown).not.toContain(canary)
      }
    })

    it('loses or breaks nothing, whatever stands in names, values and storage', async () => {
      const odd = oddTexts.map((text, at) => ({ ...plain, name: `odd-${at}`, value: new Secret(text) }))
      const session = sampleSession({ cookies: [plain, ...odd, ...oddNames], origins: oddStorage() })
      expect(wrongs(session, await write(session))).toEqual([])
    })

    it('holds a session without anything, or refuses it with a code', async () => {
      const session = sampleSession({ cookies: [], origins: [] })
      const wrong = await write(session).then(
        (written) => wrongs(session, written),
        (thrown: unknown) => (refusalOf(thrown).code === 'no_cookie_for_url' ? [] : [String(thrown)]),
      )
      expect(wrong).toEqual([])
    })

    it('holds 3,000 cookies of every kind, and what a page may keep beside them', async () => {
      const session = largeSession()
      expect(wrongs(session, await write(session))).toEqual([])
    })

    it('counts 3,000 cookies', async () => {
      const many = Array.from({ length: 3000 }, (_, at) => ({ ...plain, name: `c${at}`, value: new Secret(`v${at}`) }))
      const session = sampleSession({ cookies: many })
      const written = await write(session)
      expect(wrongs(session, written)).toEqual([])
      expect(written.cookies).toBe(3000)
    })

    it('takes no address, unless it is for one', async () => {
      const taken = url === undefined ? 'https://www.upwork.com/' : undefined
      const options = async () => format.options({ url: taken })
      await expect(options()).rejects.toMatchObject({ code: url === undefined ? 'invalid_arguments' : 'url_needed' })
    })

    it('keeps to all that for any session', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryCookie, { maxLength: 12 }), async (cookies) => {
          const session = sampleSession({ cookies: [plain, ...cookies], origins: oddStorage() })
          expect(wrongs(session, await write(session))).toEqual([])
        }),
        { numRuns: 200 },
      )
    })
  })
}

/** For how many kinds of requests a cookie is good, the fewer the stronger. Without a SameSite, Chrome takes it for Lax. */
const strength = { no_restriction: 0, unspecified: 1, lax: 1, strict: 2 } as const

const canary = 'canary-f0rmat'

const plain: Cookie = {
  name: 'plain',
  value: new Secret('sample'),
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  expires: 4_000_000_000,
  partition: null,
}
const host = { domain: 'www.upwork.com', hostOnly: true }
const site = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false }

const everyKind = (): Cookie[] => [
  plain,
  { ...plain, name: 'ends-with-the-browser', expires: null, sameSite: 'unspecified', httpOnly: false },
  { ...plain, name: 'is-over', expires: 0 },
  { ...plain, name: 'anywhere', sameSite: 'no_restriction', expires: 1e15 },
  { ...plain, ...host, name: '__Host-session', sameSite: 'strict' },
  { ...plain, name: '__Secure-id', sameSite: 'unspecified' },
  { ...plain, ...host, name: '__Host-device', sameSite: 'no_restriction', partition: site },
  { ...plain, name: 'twice', value: new Secret('one') },
  { ...plain, name: 'twice', value: new Secret('two'), sameSite: 'no_restriction', partition: site },
  { ...plain, name: 'nested', sameSite: 'no_restriction', partition: { ...site, hasCrossSiteAncestor: true } },
  { ...plain, name: 'unknown', sameSite: 'no_restriction', partition: { ...site, hasCrossSiteAncestor: null } },
  { ...plain, name: 'deep', path: '/nx/find-work' },
  { ...plain, name: 'elsewhere', domain: 'community.upwork.com', hostOnly: true },
]

const oddTexts = [
  '',
  ' ',
  '😀',
  '"quoted"',
  "it's",
  'a=b',
  'a;b',
  'a, b',
  'a\tb',
  'a\nb',
  'a\r\nSet-Cookie: x=y',
  'a\0b',
  '\\',
  '#',
  'é',
]
const oddNames: readonly Cookie[] = ['', 'a b', 'a=b', 'a;b', 'a\tb', 'a\nb', '#HttpOnly_x', '😀', '\u202Eabc'].map(
  (name) => ({
    ...plain,
    name,
  }),
)

const oddStorage = (): OriginStorage[] => [
  {
    origin: 'https://www.upwork.com',
    localStorage: [...oddTexts, '\u2028', '</script>', '\uD800'].map((text, at) => ({
      name: `${text}${at}`,
      value: new Secret(text),
    })),
    sessionStorage: [{ name: 'in-this-tab', value: new Secret('a\0b') }],
  },
]

const withValue = (cookie: Cookie, at: number): Cookie => ({ ...cookie, value: new Secret(`${canary}-${at}`) })
const withValues = (storage: OriginStorage): OriginStorage => {
  const entries = (list: OriginStorage['localStorage']) => list.map(({ name }) => ({ name, value: new Secret(canary) }))
  return { ...storage, localStorage: entries(storage.localStorage), sessionStorage: entries(storage.sessionStorage) }
}

const keysOf = ({ origins }: Session): number =>
  origins.reduce((sum, { localStorage, sessionStorage }) => sum + localStorage.length + sessionStorage.length, 0)

const text = fc.oneof(fc.string({ maxLength: 6, unit: 'binary' }), fc.constantFrom(...oddTexts))
const arbitraryCookie: fc.Arbitrary<Cookie> = fc
  .record({
    name: fc.oneof(text, fc.constantFrom('a', 'b', '__Host-a')),
    value: text,
    domain: fc.constantFrom('.upwork.com', 'upwork.com', 'www.upwork.com', '.community.upwork.com'),
    path: fc.constantFrom('/', '/nx', '/nx/', '/nx/find-work', '/ab', ''),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom<Cookie['sameSite'][]>('unspecified', 'no_restriction', 'lax', 'strict'),
    expires: fc.constantFrom(null, -1, 0, 0.5, 1_000_000_000, 4_000_000_000.25, 1e15, Number.MAX_VALUE),
    partition: fc.constantFrom(null, null, site, { ...site, hasCrossSiteAncestor: true }),
  })
  .map(({ value, ...cookie }) => ({ ...cookie, value: new Secret(value), hostOnly: !cookie.domain.startsWith('.') }))
