import { z } from 'zod'
import { digest } from '../canonical.ts'
import { captureOutline } from '../session/capture.ts'

/**
 * What the person is shown. The companion writes it, the extension lays it out, and both make the same digest of it: an
 * answer counts only for exactly this content.
 */
const agentAsker = z.strictObject({
  kind: z.literal('agent'),
  grant: z.string().min(1),
  label: z.string(),
  /** What the client says of itself (`clientInfo`): a claim, shown as one. */
  claim: z.strictObject({ name: z.string().max(200), version: z.string().max(100) }).nullable(),
})

const terminalAsker = z.strictObject({
  kind: z.literal('terminal'),
  grant: z.literal('terminal'),
  label: z.literal('Terminal'),
  /** What the command says of its surroundings: a claim, too. */
  claim: z.strictObject({
    program: z.string().max(200),
    parent: z.string().max(200),
    pid: z.int(),
    folder: z.string().max(1000),
  }),
})

export const asker = z.discriminatedUnion('kind', [agentAsker, terminalAsker])
export type Asker = z.output<typeof asker>

const savedBefore = z.strictObject({ savedAt: z.iso.datetime(), version: z.int() })

/** What would happen after a yes. */
const subject = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('save'),
    outline: captureOutline,
    /** The name she gave the account, if any. */
    accountName: z.string().nullable(),
    /** The newest saved session of this account; null when this would be its first. */
    savedBefore: savedBefore.nullable(),
    /** Other accounts with a saved session; they stay as they are. */
    otherAccounts: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.literal('export'),
    format: z.string(),
    destination: z.string(),
    account: z.string(),
    accountName: z.string().nullable(),
    saved: savedBefore,
    cookies: z.int(),
    origins: z.int(),
    /** Such as that the file lies in a git work tree. */
    warnings: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('add-agent'), label: z.string() }),
  z.strictObject({
    kind: z.literal('pair-browser'),
    label: z.string(),
    fingerprint: z.string(),
    paired: z.array(z.strictObject({ label: z.string(), fingerprint: z.string() })),
  }),
])
export type Subject = z.output<typeof subject>

export const prompt = z.strictObject({
  id: z.uuid(),
  asker,
  /** The tool's name, or the terminal's action such as `export` or `add agent Claude Code`. */
  action: z.string().min(1).max(200),
  /** The asker's own words, unaltered; the extension makes them harmless when it shows them. */
  reason: z.string().max(2000).nullable(),
  subject,
  /** Digest of the call's arguments. */
  args: z.string().length(64),
  askedAt: z.iso.datetime(),
  deadline: z.iso.datetime(),
})
export type Prompt = z.output<typeof prompt>

export const promptDigest = (shown: Prompt): Promise<string> => digest(shown)
