import { Secret } from '@countersign/shared/secret'
import { expect, it } from 'vitest'
import { sampleSession } from '../testing/sample-session.ts'
import { narrow } from './narrow.ts'

const [base] = sampleSession().cookies
if (base === undefined) throw new Error('The sample has a cookie')
const entry = (name: string) => ({ name, value: new Secret('sample') })
const session = sampleSession({
  cookies: ['master_access_token', 'visitor_id', 'twice', 'twice'].map((name) => ({ ...base, name, httpOnly: false })),
  origins: [
    {
      origin: 'https://www.upwork.com',
      localStorage: [entry('user_preferences'), entry('visitor_id')],
      sessionStorage: [entry('tab')],
    },
  ],
  leftOut: [{ origin: 'https://large.upwork.com', bytes: 9_000_000 }],
})
const names = (more: Parameters<typeof narrow>[1]) => {
  const { kept, leftOut, notes } = narrow(session, more)
  const storage = kept.origins.flatMap(({ localStorage, sessionStorage }) => [...localStorage, ...sessionStorage])
  return { kept: [...kept.cookies, ...storage].map(({ name }) => name), leftOut, notes }
}

it('keeps all where nothing is said', () => {
  expect(narrow(session, {})).toEqual({ kept: session, leftOut: [], notes: [] })
})

it('keeps what a sign-in needs, and no web storage', () => {
  expect(names({ only: 'sign-in' })).toEqual({
    kept: ['master_access_token'],
    leftOut: ['visitor_id', 'twice', 'twice', 'user_preferences', 'visitor_id', 'tab'],
    notes: [],
  })
  expect(narrow(session, { only: 'sign-in' }).kept).toMatchObject({ origins: [], leftOut: [] })
})

it('leaves out every cookie and every storage key of a name, to the letter', () => {
  expect(names({ except: ['visitor_id', 'twice', 'tab', 'visitor_id'] })).toEqual({
    kept: ['master_access_token', 'user_preferences'],
    leftOut: ['visitor_id', 'twice', 'twice', 'visitor_id', 'tab'],
    notes: [],
  })
})

it('says which name is nowhere, also beside what a sign-in needs', () => {
  const { leftOut, notes } = names({
    only: 'sign-in',
    except: ['Visitor_id', 'visitor_id', 'master_access_token', 'a\u202Eb'],
  })
  expect(leftOut).toHaveLength(7)
  expect(notes).toEqual([
    'Nothing is left out as “Visitor_id”: no cookie and no storage key has that name.',
    'Nothing is left out as “a⟨U+202E⟩b”: no cookie and no storage key has that name.',
  ])
})
