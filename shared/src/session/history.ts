import { z } from 'zod'

/** One saved version, told without a value. */
export const savedVersion = z.strictObject({
  version: z.int(),
  savedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  cookies: z.int(),
  origins: z.int(),
  /** A record that does not open: it is kept, and counts for nothing. */
  damaged: z.boolean(),
})
export type SavedVersion = z.output<typeof savedVersion>

/** Names alone, sorted. A cookie's name with its domain and path where the name alone would not tell it apart. */
const names = z.strictObject({
  added: z.array(z.string()),
  gone: z.array(z.string()),
  changed: z.array(z.string()),
  /** How many more there are than are named. */
  unnamed: z.int(),
})
export type ChangedNames = z.output<typeof names>

/** What differs between two versions of an account's session. */
export const sessionDifference = z.strictObject({
  from: z.int(),
  to: z.int(),
  cookies: names,
  /** Keys of web storage, each with its kind and its origin. */
  storage: names,
})
export type SessionDifference = z.output<typeof sessionDifference>
