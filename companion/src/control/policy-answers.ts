import { z } from 'zod'

const problem = z.object({ path: z.string(), message: z.string() })

/** What `policy.show` answers. */
export const policyShown = z.object({
  /** In force, as it was written. */
  text: z.string(),
  /** Of the acceptance; 0 is what is in force until one was accepted. */
  number: z.int(),
  how: z.enum(['default', 'accepted', 'closed']),
  at: z.iso.datetime().nullable(),
  /** Of policy.json. */
  path: z.string(),
  proposal: z.object({
    /** `held`: it would open something, and nobody can be asked now. */
    state: z.enum(['none', 'in-force', 'invalid', 'waiting', 'denied', 'held']),
    problems: z.array(problem),
    opens: z.array(z.string()),
    closes: z.array(z.string()),
  }),
})
export type PolicyShown = z.output<typeof policyShown>

/** What `policy.explain` answers. */
export const policyExplained = z.object({
  decision: z.enum(['allow', 'deny', 'ask']),
  rule: z.string(),
  reason: z.string(),
  /** In words. */
  limits: z.array(z.string()),
})
export type PolicyExplained = z.output<typeof policyExplained>

/** What `policy.history` answers, the oldest first. */
export const policyHistory = z.array(
  z.object({
    number: z.int(),
    /** Null for the shipped default. */
    at: z.iso.datetime().nullable(),
    how: z.string(),
    text: z.string(),
    inForce: z.boolean(),
    /** The browser in which it was accepted, where it is paired still. */
    browser: z.string().nullable(),
    fingerprint: z.string().nullable(),
  }),
)
export type PolicyHistory = z.output<typeof policyHistory>

/** How a proposal ended. */
export const policyProposed = z.object({
  outcome: z.enum(['in-force', 'accepted', 'closed', 'denied', 'replaced']),
  number: z.int(),
  /** Hers, with a no. */
  reason: z.string().nullable(),
})
export type PolicyProposed = z.output<typeof policyProposed>
