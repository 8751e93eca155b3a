import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { observed as observedShape, type Observed } from './observation.ts'
import { type SavedSignIn, wantsSaving, weatherOf, weathers } from './weather.ts'
import { weatherForAgent, weatherForHer, weatherWord } from './weather-words.ts'

const hour = 60 * 60_000
const day = 24 * hour
const now = Date.parse('2026-11-22T12:00:00Z')
const at = (time: number): string => new Date(time).toISOString()
/** Saved so many days ago, and ending in so many; null for no date. */
const saved = (ago: number, left: number | null, signIn: SavedSignIn['signIn'] = 'signed-in'): SavedSignIn => ({
  savedAt: at(now - ago * day),
  expiresAt: left === null ? null : at(now + left * day),
  signIn,
})
const observations: readonly (Observed | null)[] = [null, ...observedShape.options]

describe('the weather of a saved session', () => {
  it.each([
    ['nothing is saved', undefined, null, 'none'],
    ['nothing is saved, and the browser is signed in to something', undefined, 'another-account', 'none'],
    ['just saved', saved(0, 14), null, 'fresh'],
    ['just saved, and the browser holds the same', saved(0, 14), 'same', 'fresh'],
    ['half of its life is left', saved(2, 2), 'same', 'fresh'],
    ['more than half of its life is gone', saved(2.01, 2), 'same', 'ageing'],
    ['saved seven days ago', saved(7, 30), 'same', 'fresh'],
    ['saved longer ago', saved(7.01, 30), 'same', 'ageing'],
    ['a little more than a day is left', saved(1, 1.01), 'same', 'fresh'],
    ['a day is left', saved(2, 1), 'same', 'expiring'],
    ['a day is left, and nobody has told', saved(2, 1), null, 'expiring'],
    ['its date is now', saved(2, 0), 'same', 'expired'],
    ['its date has passed, whatever the browser says', saved(9, -1), 'rotated', 'expired'],
    ['the browser has a newer one', saved(0, 14), 'rotated', 'rotated'],
    ['the browser has a newer one, and it ends soon', saved(9, 0.5), 'rotated', 'rotated'],
    ['the browser is signed out', saved(0, 14), 'signed-out', 'signed-out'],
    ['the browser has another account', saved(9, 0.5), 'another-account', 'another-account'],
    ['uncertain when it was saved', saved(0, 14, 'uncertain'), null, 'uncertain'],
    ['uncertain when it was saved, and the browser holds the same', saved(0, 14, 'uncertain'), 'same', 'uncertain'],
    ['uncertain, and it ends soon', saved(0, 0.5, 'uncertain'), 'uncertain', 'expiring'],
    ['the browser is uncertain', saved(0, 14), 'uncertain', 'uncertain'],
    ['no date, and nobody has told', saved(0, null), null, 'uncertain'],
    ['no date, and the browser holds the same', saved(0, null), 'same', 'fresh'],
    ['no date, the same, and old', saved(8, null), 'same', 'ageing'],
    ['saved by a clock that was ahead', saved(-3, 30), null, 'fresh'],
  ] as const)('%s', (_case, session, observed, expected) => {
    expect(weatherOf(session, observed, now)).toBe(expected)
  })

  const anySaved = fc.record({
    savedAt: fc.integer({ min: -400, max: 400 }).map((days) => at(now + days * day)),
    expiresAt: fc.option(fc.integer({ min: -400, max: 400 }).map((hours) => at(now + hours * hour))),
    signIn: fc.constantFrom('signed-in', 'uncertain'),
  })
  const anyObserved = fc.constantFrom(...observations)
  const anyNow = fc.integer({ min: -500, max: 500 }).map((hours) => now + hours * hour)

  it('never turns to the better by time alone', () => {
    const order = ['fresh', 'ageing', 'uncertain', 'expiring', 'rotated', 'another-account', 'signed-out', 'expired']
    fc.assert(
      fc.property(anySaved, anyObserved, anyNow, fc.nat(1000), (session, observed, then, hours) => {
        const [before, after] = [then, then + hours * hour].map((time) =>
          order.indexOf(weatherOf(session, observed, time)),
        )
        expect(after).toBeGreaterThanOrEqual(before ?? -1)
      }),
    )
  })

  it('is expired exactly when its date has passed, and fresh only before', () => {
    fc.assert(
      fc.property(anySaved, anyObserved, anyNow, (session, observed, time) => {
        const passed = session.expiresAt !== null && Date.parse(session.expiresAt) <= time
        expect(weatherOf(session, observed, time) === 'expired').toBe(passed)
      }),
    )
  })

  it('reminds only where a click in this browser can save it again', () => {
    fc.assert(
      fc.property(anySaved, anyObserved, anyNow, (session, observed, time) => {
        if (!wantsSaving(session, observed, time)) return
        expect(['rotated', 'expiring', 'expired']).toContain(weatherOf(session, observed, time))
        expect(['signed-out', 'another-account']).not.toContain(observed)
      }),
    )
  })

  it.each([
    ['two days after the save, half a day before its end', saved(2, 0.5), true],
    ['right after the save of one that lasts half a day', saved(0, 0.5), false],
    ['later that day', saved(0.3, 0.2), true],
  ] as const)('%s: it reminds %s', (_case, session, expected) => {
    expect(wantsSaving(session, 'same', now)).toBe(expected)
  })
})

describe('its words', () => {
  it.each(weathers)('%s: each reader is told something of their own', (weather) => {
    expect(weatherWord(weather)).toMatch(/^[A-Z][a-z ]+$/)
    expect(weatherForHer(weather)).toMatch(/^[A-Z].*\.$/)
    expect(weatherForHer(weather)).not.toMatch(/the person|save_session|undefined/)
    expect(weatherForAgent(weather)).toMatch(/^[A-Z].*\.$/)
    expect(weatherForAgent(weather)).not.toMatch(/\byou(r)?\b|Click|undefined/)
  })

  it('names a next step unless all is well', () => {
    for (const weather of weathers) {
      expect(weatherForAgent(weather).includes('Next: ')).toBe(weather !== 'fresh')
    }
  })
})
