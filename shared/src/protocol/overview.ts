import { z } from 'zod'
import { observed, signInMark } from '../session/observation.ts'

/** One line of recent activity, as popup and `ledger list` show it. */
export const activity = z.strictObject({
  seq: z.int(),
  at: z.iso.datetime(),
  kind: z.string(),
  asker: z.string(),
  tool: z.string().nullable(),
  outcome: z.string().nullable(),
  code: z.string().nullable(),
})
export type Activity = z.output<typeof activity>

export const savedAccount = z.strictObject({
  id: z.string(),
  /** The name she gave it; null when none. */
  name: z.string().nullable(),
  savedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  version: z.int(),
  /** How many versions lie in the vault, the newest included. */
  kept: z.int(),
  cookies: z.int(),
  origins: z.int(),
  signIn: z.enum(['signed-in', 'uncertain']),
  /** How it stands to what a browser holds now; null while none has told. */
  observed: observed.nullable(),
  /** For a browser to find out; null where there is none, such as for a record that does not open. */
  mark: signInMark.nullable(),
})
export type SavedAccount = z.output<typeof savedAccount>

export const pairedBrowser = z.strictObject({
  label: z.string(),
  fingerprint: z.string(),
  connected: z.boolean(),
  /** True for the browser that is told. */
  you: z.boolean(),
})
export type PairedBrowser = z.output<typeof pairedBrowser>

export const knownAgent = z.strictObject({
  /** Of its grant. */
  id: z.string(),
  label: z.string(),
  lastSeen: z.iso.datetime().nullable(),
  /** Null for one that is not muted. */
  mutedUntil: z.iso.datetime().nullable(),
  /** The only account whose session it may ask for; null for any. */
  account: z.string().nullable(),
})
export type KnownAgent = z.output<typeof knownAgent>

/** A yes that lasts. */
export const remembered = z.strictObject({
  /** Of the question that was answered so. */
  id: z.uuid(),
  /** The asker's label. */
  agent: z.string(),
  tool: z.string(),
  /** Null for one that lasts until the browser closes. */
  until: z.iso.datetime().nullable(),
  /** Whether it holds for the same arguments alone. */
  sameArguments: z.boolean(),
  /** Whose session it is for, where it is for one. */
  account: z.string().nullable(),
  /** The fingerprint of the browser that it was given in. */
  browser: z.string(),
})
export type Remembered = z.output<typeof remembered>

/** A released copy that lies somewhere, and ends by itself. */
export const releasedCopy = z.strictObject({
  id: z.uuid(),
  kind: z.enum(['lease', 'launch']),
  account: z.string(),
  format: z.string(),
  /** The file; of a launch the program, too. */
  path: z.string(),
  command: z.string().nullable(),
  since: z.iso.datetime(),
  /** Null for one that ends with its program, after a day at the latest. */
  until: z.iso.datetime().nullable(),
  /** Of the session that lies there now. */
  version: z.int(),
})
export type ReleasedCopy = z.output<typeof releasedCopy>

/** Alarms that stand until the person has clicked "I have looked". */
export const lookableAlarm = z.enum(['ledger_diverged', 'browser_doubled', 'policy_altered', 'grants_altered'])
export type LookableAlarm = z.output<typeof lookableAlarm>

/** A thing she has to know: its code, the sentence, and what she can click to end it. */
export const alarm = z.strictObject({
  code: z.string(),
  text: z.string(),
  /** Null for one that ends by itself. `about`: the fingerprint of the browser that it is about. */
  look: z.strictObject({ alarm: lookableAlarm, about: z.string().nullable() }).nullable(),
})
export type Alarm = z.output<typeof alarm>

/** What the popup shows of the companion; pushed whenever it changes. */
export const overview = z.strictObject({
  version: z.string(),
  port: z.int(),
  paused: z.boolean(),
  /** Where the key that seals the vault lies. */
  key: z.enum(['keychain', 'file']),
  accounts: z.array(savedAccount),
  agents: z.array(knownAgent),
  /** What runs without asking because she said so. */
  remembered: z.array(remembered),
  /** Copies of sessions that are out of the vault now, and are wiped at their end. */
  released: z.array(releasedCopy),
  browsers: z.array(pairedBrowser),
  /** The newest first, eight at most. */
  activity: z.array(activity),
  /** When the companion was last reset; shown at a pairing. */
  resetAt: z.iso.datetime().nullable(),
  alarms: z.array(alarm),
})
export type Overview = z.output<typeof overview>
