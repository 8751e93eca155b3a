import { z } from 'zod'
import { signInEnds } from './site.ts'
import { leftOut, type Session } from './session.ts'

/** What may be shown of a session: counts, names, ages, account. Never a value. */
export const summary = z.strictObject({
  account: z.string(),
  signIn: z.enum(['signed-in', 'uncertain']),
  capturedAt: z.iso.datetime(),
  /** When the sign-in ends by its own date; null when unknown. */
  expiresAt: z.iso.datetime().nullable(),
  cookies: z.int(),
  /** Each name once, sorted. */
  cookieNames: z.array(z.string()),
  origins: z.array(z.strictObject({ origin: z.string(), keys: z.int() })),
  leftOut: z.array(leftOut),
})
export type Summary = z.output<typeof summary>

/** Seconds since 1970 at which years get a fifth digit, which our times do not have. */
const endOfTime = 253_402_300_800

export const summarize = (session: Session): Summary => {
  const said = signInEnds(session.cookies)
  const ends = said !== null && said >= 0 && said < endOfTime ? said : null
  return {
    account: session.account,
    signIn: session.signIn,
    capturedAt: session.capturedAt,
    expiresAt: ends === null ? null : new Date(ends * 1000).toISOString(),
    cookies: session.cookies.length,
    cookieNames: [...new Set(session.cookies.map((cookie) => cookie.name))].sort(),
    origins: session.origins.map(({ origin, localStorage, sessionStorage }) => ({
      origin,
      keys: localStorage.length + sessionStorage.length,
    })),
    leftOut: session.leftOut,
  }
}
