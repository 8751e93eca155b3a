import { savedVersion } from '@countersign/shared/session/history'
import { summary } from '@countersign/shared/session/summary'
import { z } from 'zod'

const account = { account: z.string(), name: z.string().nullable() }

/** What `session.list` answers, the account saved last first, and of each the newest version. */
export const sessionList = z.object({
  accounts: z.array(z.object({ ...account, versions: z.array(savedVersion) })),
  /** How many records are of no account that anybody could tell, since none of its records opens. */
  unknown: z.int(),
})
export type SessionList = z.output<typeof sessionList>

/** What `session.show` answers. */
export const sessionShown = z.object({
  ...account,
  version: z.int(),
  newest: z.boolean(),
  savedAt: z.iso.datetime(),
  summary,
})
export type SessionShown = z.output<typeof sessionShown>

/** What `session.verify` answers, newest first. */
export const sessionsVerified = z.array(
  z.object({
    /** Null where no record of the account opens. */
    account: z.string().nullable(),
    version: z.int(),
    savedAt: z.string(),
    is: z.enum(['good', 'damaged', 'not-as-summarized']),
  }),
)
export type SessionsVerified = z.output<typeof sessionsVerified>
