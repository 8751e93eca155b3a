import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Refusal } from '@countersign/shared/errors'
import { z } from 'zod'

/** What a tool has to say when it went well: the data, and the same in a sentence with the next step. */
export type Answer = {
  readonly kind: 'answer'
  readonly data: Readonly<Record<string, unknown>>
  readonly text: string
}

/** What every answer may have. Only `saved` is required: clients throw when a required field is missing, in a refusal too. */
export const answerShape = z.looseObject({
  saved: z.boolean().describe('Whether a session is saved.'),
  account: z.string().optional().describe('Whose session it is.'),
  cookies: z.int().optional().describe('How many cookies it has.'),
  origins: z.int().optional().describe('How many origins it has storage of.'),
  savedAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().nullable().optional().describe('When the sign-in ends; null when unknown.'),
  version: z.int().optional().describe('Grows by one with every save of this account.'),
  ledgerEntry: z.int().optional().describe('The entry in the ledger.'),
  code: z.string().optional().describe('Why it was refused.'),
  rule: z.string().optional().describe('The policy rule that decided.'),
  reason: z.string().optional(),
  next: z.string().optional().describe('What you can do next.'),
  retryAfter: z.int().optional().describe('Seconds until the next call will pass.'),
  approvalId: z.string().optional(),
})

export const resultOf = ({ data, text }: Answer): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent: { ...data },
})

export const refusalResult = ({ code, reason, next, rule, retryAfter, approvalId }: Refusal): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: `${reason} ${next} (${rule === undefined ? code : `${code}, rule ${rule}`})` }],
  structuredContent: {
    saved: false,
    code,
    reason,
    next,
    ...(rule === undefined ? {} : { rule }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(approvalId === undefined ? {} : { approvalId }),
  },
})
