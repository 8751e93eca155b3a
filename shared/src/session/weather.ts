import type { SavedAccount } from '../protocol/overview.ts'
import type { Observed } from './observation.ts'

/**
 * Whether a saved session should still be good, by all that is known without trying it. The order in which they count, the first
 * that applies:
 *
 * 1. `none`: nothing is saved.
 * 2. `expired`: the sign-in's own date has passed. Nothing that the browser holds makes it good again.
 * 3. `signed-out`, `another-account`, `rotated`: what the browser holds now is another thing than what was saved.
 * 4. `expiring`: its own date comes within a day.
 * 5. `uncertain`: the sign-in was uncertain when it was saved, or the browser's is now; or it has no date of its own, and no browser
 *    has told that it holds the same.
 * 6. `ageing`: saved more than seven days ago, or more than half of the time from the save to its date is gone.
 * 7. `fresh`.
 */
export const weathers = [
  'none',
  'fresh',
  'ageing',
  'expiring',
  'expired',
  'rotated',
  'signed-out',
  'another-account',
  'uncertain',
] as const
export type Weather = (typeof weathers)[number]

export type SavedSignIn = Pick<SavedAccount, 'savedAt' | 'expiresAt' | 'signIn'>

/** @param now milliseconds since 1970, by the clock of whoever looks */
export const weatherOf = (saved: SavedSignIn | undefined, observed: Observed | null, now: number): Weather => {
  if (saved === undefined) return 'none'
  const ends = endOf(saved)
  if (ends !== null && ends <= now) return 'expired'
  if (observed === 'signed-out' || observed === 'another-account' || observed === 'rotated') return observed
  if (ends !== null && ends - now <= day) return 'expiring'
  if (saved.signIn === 'uncertain' || observed === 'uncertain' || (ends === null && observed !== 'same')) {
    return 'uncertain'
  }
  return now - Date.parse(saved.savedAt) > 7 * day || isPastItsMiddle(saved, now) ? 'ageing' : 'fresh'
}

/**
 * Whether she should be reminded to save it again, and can do so by a click. Not of an account that the browser is not signed in to:
 * one that she doesn't use any more would remind her for ever. And not of a sign-in that never lasts a day before its middle.
 */
export const wantsSaving = (saved: SavedSignIn, observed: Observed | null, now: number): boolean => {
  const elsewhere = observed === 'signed-out' || observed === 'another-account'
  const weather = weatherOf(saved, observed, now)
  if (weather === 'expiring') return isPastItsMiddle(saved, now)
  return weather === 'rotated' || (weather === 'expired' && !elsewhere)
}

const day = 24 * 60 * 60_000

const endOf = ({ expiresAt }: SavedSignIn): number | null => (expiresAt === null ? null : Date.parse(expiresAt))

const isPastItsMiddle = (saved: SavedSignIn, now: number): boolean => {
  const ends = endOf(saved)
  return ends !== null && now > (Date.parse(saved.savedAt) + ends) / 2
}
