import { alarm, lookableAlarm, overview } from '@countersign/shared/protocol/overview'
import { receipt } from '@countersign/shared/protocol/messages'
import { publicKeyText } from '@countersign/shared/approval/countersignature'
import { prompt } from '@countersign/shared/approval/prompt'
import { savedVersion, sessionDifference } from '@countersign/shared/session/history'
import { describeOutcome } from '@countersign/shared/session/capture'
import { z } from 'zod'

/**
 * What the pages (toolbar popup and approval window) and the service worker say to each other. The worker pushes the whole
 * state over a port; the pages ask with `runtime.sendMessage` and get one answer.
 */
export const surfacePort = 'surface'

/** How it stands with the companion, as far as the person needs to know. */
const link = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('unpaired') }),
  /** Paired; nothing answers on any of our ports. */
  z.strictObject({ state: z.literal('not-running') }),
  z.strictObject({ state: z.literal('connecting') }),
  /** Something answers on our ports, and none of it is the companion that we paired with. */
  z.strictObject({ state: z.literal('foreign') }),
  /** Waiting for the yes in a browser that is paired already. */
  z.strictObject({ state: z.literal('held') }),
  /** Extension and companion don't understand each other's version. */
  z.strictObject({ state: z.literal('mismatch') }),
  z.strictObject({ state: z.literal('connected') }),
])
export type Link = z.output<typeof link>

export const outcome = z.strictObject({
  tone: z.enum(['good', 'bad', 'plain']),
  text: z.string(),
  at: z.iso.datetime(),
})
export type Outcome = z.output<typeof outcome>

export const surfaceState = z.strictObject({
  link,
  /** The short fingerprint that the terminal shows, too; null before pairing. */
  fingerprint: z.string().nullable(),
  /** The public key that this browser signs with, from its own keys; null before pairing. */
  signingKey: publicKeyText.nullable(),
  /** A code that a pairing link brought, to be filled in. */
  pairingCode: z.string().nullable(),
  /** The last known; null before the first contact. */
  overview: overview.nullable(),
  /** What Save session would take now; null while it is being looked at. */
  tab: describeOutcome.nullable(),
  /** Open questions, oldest first. */
  prompts: z.array(prompt),
  /** Things she has to know, by the companion's word or this browser's own. */
  alarms: z.array(alarm),
  /** The accounts whose session is saved again by itself when its sign-in rotates. */
  savesItself: z.array(z.string()),
  /** How the last thing ended. */
  outcome: outcome.nullable(),
})
export type SurfaceState = z.output<typeof surfaceState>

export const surfaceRequest = z.discriminatedUnion('kind', [
  /** `anyway`: she was told that the sign-in is uncertain and wants it saved. `name`: what she calls the account. */
  z.strictObject({ kind: z.literal('save'), anyway: z.boolean(), name: z.string().max(60).nullable() }),
  z.strictObject({
    kind: z.literal('answer'),
    id: z.uuid(),
    /** Digest of the prompt exactly as the page laid it out. */
    shown: z.string().length(64),
    /** The last denies, and mutes who asked. */
    answer: z.enum(['approve', 'deny', 'deny-and-mute']),
    reason: z.string().max(200).nullable(),
    /** For how long a yes is to count. */
    lasts: z.enum(['once', '15 minutes', 'browser']),
    /** A yes that lasts: only for the same arguments. */
    sameArguments: z.boolean(),
    /** Of a policy that would let tools run without asking: accept it, but with those tools still asking. */
    keepAsking: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('mute'), grant: z.string().min(1) }),
  z.strictObject({ kind: z.literal('unmute'), grant: z.string().min(1) }),
  z.strictObject({ kind: z.literal('forget'), id: z.uuid() }),
  z.strictObject({ kind: z.literal('end-released'), id: z.uuid() }),
  z.strictObject({ kind: z.literal('save-by-itself'), account: z.string(), on: z.boolean() }),
  z.strictObject({ kind: z.literal('history'), account: z.string() }),
  z.strictObject({ kind: z.literal('difference'), account: z.string(), from: z.int(), to: z.int() }),
  z.strictObject({ kind: z.literal('restore'), account: z.string(), version: z.int() }),
  z.strictObject({ kind: z.literal('name-account'), account: z.string(), name: z.string().max(60).nullable() }),
  z.strictObject({ kind: z.literal('forget-session'), account: z.string(), version: z.int().nullable() }),
  z.strictObject({ kind: z.literal('pair'), code: z.string() }),
  z.strictObject({ kind: z.literal('unpair'), fingerprint: z.string() }),
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('resume') }),
  z.strictObject({ kind: z.literal('looked'), alarm: lookableAlarm, about: z.string().nullable() }),
  z.strictObject({ kind: z.literal('open-upwork') }),
])
export type SurfaceRequest = z.output<typeof surfaceRequest>

export const surfaceAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done') }),
  receipt,
  z.strictObject({ kind: z.literal('history'), versions: z.array(savedVersion) }),
  z.strictObject({ kind: z.literal('difference'), difference: sessionDifference }),
  /** Paired or held; both ends show this fingerprint. */
  z.strictObject({ kind: z.literal('paired'), held: z.boolean(), fingerprint: z.string() }),
  /** The sign-in is uncertain: ask her, then `anyway`. */
  z.strictObject({ kind: z.literal('uncertain'), why: z.string(), account: z.string() }),
  z.strictObject({ kind: z.literal('refused'), code: z.string(), reason: z.string(), next: z.string() }),
])
export type SurfaceAnswer = z.output<typeof surfaceAnswer>

/** What the companion's pairing page sends from outside (`externally_connectable`). */
export const pairingLinkMessage = z.strictObject({ kind: z.literal('pairing-code'), code: z.string().max(60) })
