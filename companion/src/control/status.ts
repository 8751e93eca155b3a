import { overview } from '@countersign/shared/protocol/overview'
import { weathers } from '@countersign/shared/session/weather'
import { z } from 'zod'

/** What `status --json` prints. */
export const statusReport = z.strictObject({
  companion: z.strictObject({ port: z.int(), pid: z.int() }),
  browsers: z.array(z.strictObject({ label: z.string(), fingerprint: z.string(), connected: z.boolean() })),
  vault: z.strictObject({ key: z.enum(['keychain', 'file']) }),
  paused: z.boolean(),
  /** How many: accounts with a saved session, agents with a grant, questions without an answer. */
  sessions: z.int(),
  agents: z.int(),
  pending: z.int(),
  /** Of each account with a saved session whether that should still be good. */
  weather: z.array(z.strictObject({ account: z.string(), state: z.enum(weathers) })),
  /** Yeses that last. */
  remembered: z.int(),
  /** Copies that are out of the vault, and end. */
  released: z.int(),
  /** Codes of the alarms that stand. */
  alarms: z.array(z.string()),
})

/** What the companion answers to `status`. */
export const status = z.strictObject({ report: statusReport, url: z.string(), overview })
export type Status = z.output<typeof status>
