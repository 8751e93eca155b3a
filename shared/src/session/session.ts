import { z } from 'zod'
import { digest } from '../canonical.ts'
import { listOf } from '../list-of.ts'
import { secretText } from '../secret.ts'
import { cookie } from './cookie.ts'

const entry = z.strictObject({ name: z.string(), value: secretText })

export const originStorage = z.strictObject({
  origin: z.string(),
  localStorage: listOf(entry),
  sessionStorage: listOf(entry),
})
export type OriginStorage = z.output<typeof originStorage>

/** An origin whose storage was not taken along: too large, with its size in bytes of encoded JSON; 0 when its tab did not answer. */
export const leftOut = z.strictObject({ origin: z.string(), bytes: z.int() })
export type LeftOut = z.output<typeof leftOut>

/** One captured sign-in. Values are `Secret`s in memory and plain strings on the wire and in the sealed record. */
export const session = z.strictObject({
  format: z.literal(1),
  site: z.literal('upwork'),
  account: z.string().min(1).max(64),
  signIn: z.enum(['signed-in', 'uncertain']),
  capturedAt: z.iso.datetime(),
  userAgent: z.string(),
  languages: listOf(z.string()),
  timeZone: z.string(),
  cookies: listOf(cookie),
  origins: listOf(originStorage),
  leftOut: listOf(leftOut),
})
export type Session = z.output<typeof session>

/** The largest a session may be as encoded JSON; a sealed frame takes 4 MiB. */
export const sessionLimit = 3.5 * 1024 * 1024

/** Plain JSON with the values in it: for the sealed channel, the sealed record and an approved release alone. */
export const encodeSession = (value: Session): z.input<typeof session> => z.encode(session, value)

/** What both ends compare after a save: SHA-256 over the canonical JSON. */
export const sessionDigest = (value: Session): Promise<string> => digest(encodeSession(value))
