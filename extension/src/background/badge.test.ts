import { expect, test } from 'vitest'
import { savedAccount } from '../testing/saved-account.ts'
import { badge } from './badge.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const fresh = savedAccount({ name: 'Design work' })
const rotated = savedAccount({ name: 'Design work', observed: 'rotated' })

test.each([
  [0, 0, [], '', 'Countersign'],
  [0, 0, [fresh], '', 'Countersign'],
  [1, 0, [rotated], '1', 'Countersign: A question waits for you.'],
  [3, 2, [rotated], '3', 'Countersign: 3 questions wait for you.'],
  [0, 2, [rotated], '!', 'Countersign: Something needs your look.'],
  [
    0,
    0,
    [fresh, { ...rotated, id: 'bob' }],
    '•',
    'Countersign: Design work: Upwork has changed your sign-in since, so the saved one may no longer work. Click Save session.',
  ],
  [
    0,
    0,
    [{ ...fresh, expiresAt: '2026-11-22T20:00:00Z' }],
    '•',
    'Countersign: Design work: The saved sign-in ends within a day. Click Save session; if that changes nothing, sign in to Upwork anew first.',
  ],
  [
    0,
    0,
    [{ ...fresh, expiresAt: '2026-11-22T11:00:00Z' }],
    '•',
    'Countersign: Design work: The saved sign-in has ended. Sign in to Upwork if you are signed out there, then click Save session.',
  ],
  [0, 0, [{ ...fresh, observed: 'signed-out' as const }], '', 'Countersign'],
  [0, 0, [{ ...fresh, observed: 'another-account' as const }], '', 'Countersign'],
  [0, 0, [{ ...fresh, observed: 'uncertain' as const }], '', 'Countersign'],
  [
    0,
    0,
    [{ ...rotated, name: 'a\u202eb' }],
    '•',
    'Countersign: a⟨U+202E⟩b: Upwork has changed your sign-in since, so the saved one may no longer work. Click Save session.',
  ],
])('%i waiting, %i alarms, saved: %j', (waiting, alarms, accounts, text, title) => {
  expect(badge(waiting, alarms, accounts, now)).toEqual({ text, title })
})
