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
  /** What the command says of its surroundings: a claim, too. Null where no command asked, but a file was found changed. */
  claim: z
    .strictObject({
      program: z.string().max(200),
      parent: z.string().max(200),
      pid: z.int(),
      folder: z.string().max(1000),
    })
    .nullable(),
})

export const asker = z.discriminatedUnion('kind', [agentAsker, terminalAsker])
export type Asker = z.output<typeof asker>

const savedBefore = z.strictObject({ savedAt: z.iso.datetime(), version: z.int() })

/** An account, by its id and by the name that she gave it. */
const whose = { account: z.string(), accountName: z.string().nullable() }

/** The only account that an agent is for; of one that is not saved yet, that is said. */
const onlyAccount = z.strictObject({ id: z.string(), name: z.string().nullable(), saved: z.boolean() })

/** Where a session would go to, and until when it would lie there. */
const wayOut = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string() }),
  /** To the output of the command that asks, and wherever that leads. */
  z.strictObject({ kind: z.literal('stdout') }),
  z.strictObject({ kind: z.literal('lease'), path: z.string(), until: z.iso.datetime() }),
  /** For the run of one program, as one line that a shell would read as just that. `variable`: where it finds the file's path. */
  z.strictObject({ kind: z.literal('launch'), command: z.string(), variable: z.string() }),
])
export type WayOut = z.output<typeof wayOut>

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
    /**
     * Where the policy lets this run without asking, but not for this account yet: the id of the question whose yes put that policy in
     * force. A yes here covers this account, too, from now on.
     */
    coveredBy: z.uuid().nullable(),
  }),
  /** A tool that the policy asks about, and that there is no more to say of than its arguments. */
  z.strictObject({
    kind: z.literal('call'),
    arguments: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  }),
  /** A saved session leaves the vault. */
  z.strictObject({
    kind: z.literal('release'),
    way: wayOut,
    format: z.string(),
    /** The address that a Cookie header is for; null in any other format. */
    url: z.string().nullable(),
    ...whose,
    saved: savedBefore,
    /** How many are written, and how many stay in the vault as she narrowed it. */
    cookies: z.int(),
    origins: z.int(),
    leftOut: z.int(),
    /** Such as that the file lies in a git work tree. */
    warnings: z.array(z.string()),
  }),
  /** An older version of a saved session becomes the newest. */
  z.strictObject({ kind: z.literal('restore-session'), ...whose, version: savedBefore, newest: savedBefore }),
  z.strictObject({ kind: z.literal('rename-account'), ...whose, to: z.string().nullable() }),
  /** One version, or all of an account where `version` is null. */
  z.strictObject({
    kind: z.literal('forget-session'),
    ...whose,
    version: savedBefore.nullable(),
    /** How many versions go, and how many of this account stay. */
    goes: z.int(),
    stays: z.int(),
  }),
  /** `account`: the only one whose session it may ask for; null for any. */
  z.strictObject({ kind: z.literal('add-agent'), label: z.string(), account: onlyAccount.nullable() }),
  /** Another account than so far, or any. */
  z.strictObject({
    kind: z.literal('pin-agent'),
    label: z.string(),
    from: onlyAccount.nullable(),
    account: onlyAccount.nullable(),
  }),
  z.strictObject({ kind: z.literal('rename-agent'), label: z.string(), to: z.string() }),
  z.strictObject({ kind: z.literal('rotate-agent'), label: z.string() }),
  z.strictObject({ kind: z.literal('unmute-agent'), label: z.string(), until: z.iso.datetime() }),
  z.strictObject({
    kind: z.literal('accept-policy'),
    /** Sentences, each about one change. */
    opens: z.array(z.string()),
    closes: z.array(z.string()),
    /** The proposal as it stands in the file. */
    text: z.string(),
    /** Where tools that write and asked so far would run without asking. */
    withoutAsking: z
      .strictObject({
        tools: z.array(z.string()),
        /** For whose sessions, and no others. */
        accounts: z.array(z.strictObject({ id: z.string(), name: z.string().nullable() })),
        /** Digest of the arguments of the same proposal with those tools still asking, which she may sign instead. */
        keepAsking: z.string().length(64),
      })
      .nullable(),
  }),
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
  /** Null for one that waits until it is answered or replaced. */
  deadline: z.iso.datetime().nullable(),
})
export type Prompt = z.output<typeof prompt>

/** When an answer that is given now becomes void. */
export const answerExpires = ({ deadline }: Pick<Prompt, 'deadline'>, now: number): string =>
  deadline ?? new Date(now + answerLasts).toISOString()

/** Milliseconds, for the answer to a question that has no deadline: it is sent at once. */
const answerLasts = 60_000

export const promptDigest = (shown: Prompt): Promise<string> => digest(shown)
