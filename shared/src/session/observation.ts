import { z } from 'zod'

/**
 * What the proof of a sign-in looks like without its values: a digest over the cookies that prove it, under a salt. The companion makes
 * one of the saved session and the browser one of what it holds, and the browser compares: so it knows whether Upwork has given out new
 * ones, and no value goes either way.
 */
export const signInMark = z.strictObject({ salt: z.string().length(64), digest: z.string().length(64) })
export type SignInMark = z.output<typeof signInMark>

/** How a saved session stands to the browser's own sign-in, by its cookies alone. */
export const observed = z.enum(['same', 'rotated', 'signed-out', 'another-account', 'uncertain'])
export type Observed = z.output<typeof observed>

/** What a browser finds in the cookie store that its newest Upwork tab uses, or its first one. */
export const observation = z.strictObject({
  signIn: z.enum(['signed-in', 'signed-out', 'uncertain']),
  account: z.string().max(64),
  /** Against the mark of that account; null where there was none to compare with. */
  proof: z.enum(['same', 'rotated']).nullable(),
})
export type Observation = z.output<typeof observation>
