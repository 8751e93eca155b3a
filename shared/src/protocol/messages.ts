import { z } from 'zod'
import { countersigned } from '../approval/countersignature.ts'
import { prompt } from '../approval/prompt.ts'
import { captureIdentity, describeOutcome, takeOutcome } from '../session/capture.ts'
import { chainHead } from '../ledger/chain.ts'
import { signedHead } from '../ledger/signed-head.ts'
import { savedVersion, sessionDifference } from '../session/history.ts'
import { observation } from '../session/observation.ts'
import { session } from '../session/session.ts'
import { summary } from '../session/summary.ts'
import { method } from './method.ts'
import { lookableAlarm, overview } from './overview.ts'

/**
 * Everything that extension and companion say to each other once the channel stands. Each request has one answer, sealed
 * like itself; either end may ask.
 */
const nothing = z.strictObject({})

const why = z.strictObject({ code: z.string(), reason: z.string(), next: z.string() })
export type Why = z.output<typeof why>
const refused = z.strictObject({ kind: z.literal('refused'), ...why.shape })

/** Both ends, every 20 seconds of silence: only data keeps a service worker alive. */
export const heartbeat = method('heartbeat', nothing, nothing)

/** How a request ended, in words for the person. */
export const promptEnd = z.strictObject({
  id: z.uuid(),
  /** `done` and `failed` come after a yes; the others took the question away. */
  how: z.enum(['done', 'failed', 'denied', 'answered-elsewhere', 'cancelled', 'timed-out', 'changed']),
  text: z.string(),
})
export type PromptEnd = z.output<typeof promptEnd>

/** What the companion may ask of the browser. */
export const browserMethods = {
  /** The whole list of open questions, oldest first; sent whole whenever it changes, so that none is lost or doubled. */
  prompts: method('prompts', z.strictObject({ prompts: z.array(prompt) }), nothing),
  promptEnded: method('prompt.ended', promptEnd, nothing),
  overview: method('overview', overview, nothing),
  /** What a capture would take, without a value. */
  describe: method('capture.describe', nothing, describeOutcome),
  /**
   * The capture itself. The browser gives it only for a request that was approved in it: once, or, where her yes lasts, for as long as
   * it does and for the accounts that it covers.
   */
  take: method('capture.take', z.strictObject({ request: z.uuid(), expect: captureIdentity }), takeOutcome),
  /** Sent to a browser that is held (waiting for another one's yes) and to one that is unpaired. */
  standing: method(
    'standing',
    z.strictObject({
      standing: z.enum(['held', 'paired', 'unpaired']),
      /** For one that is turned away; null when somebody unpaired it. */
      why: why.nullable(),
    }),
    nothing,
  ),
  /**
   * Rows of the ledger that follow on the head that this browser has signed last (or the newest one alone, when it has signed none
   * yet): it signs the last of them, unless they do not follow.
   */
  countersign: method(
    'ledger.countersign',
    z.strictObject({ rows: z.array(z.unknown()).min(1) }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('signed'), signed: signedHead }),
      z.strictObject({ kind: z.literal('diverged') }),
    ]),
  ),
  heartbeat,
} as const

export const receipt = z.strictObject({
  kind: z.literal('saved'),
  summary,
  accountName: z.string().nullable(),
  /** Grows by one with every save of this account. */
  version: z.int(),
  savedAt: z.iso.datetime(),
  ledgerEntry: z.int(),
})
export type Receipt = z.output<typeof receipt>

/** What a browser may ask of the companion. */
export const companionMethods = {
  /** The first thing said: who I am, and tell me all. */
  hello: method(
    'hello',
    z.strictObject({
      protocol: z.int(),
      version: z.string(),
      /** The last head of this companion's ledger that this browser has signed. */
      head: chainHead.nullable(),
      /** A random id that is this browser's until it closes. */
      session: z.uuid(),
    }),
    z.strictObject({
      protocol: z.int(),
      standing: z.enum(['held', 'paired']),
      /** Where the ledger stands; null for a browser that is held. */
      ledger: chainHead.nullable(),
      /** Null for a browser that is held: it may know nothing yet. */
      overview: overview.nullable(),
      prompts: z.array(prompt),
    }),
  ),
  /** The person clicked Save session. */
  save: method(
    'session.save',
    z.strictObject({
      session,
      digest: z.string().length(64),
      name: z.string().max(60).nullable(),
      /** Her click, or her standing wish that this account is saved again whenever its sign-in rotates. */
      by: z.enum(['click', 'rotation']),
    }),
    z.discriminatedUnion('kind', [receipt, refused]),
  ),
  /** The person answered a prompt. */
  answer: method(
    'approval.answer',
    countersigned,
    z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('accepted') }), refused]),
  ),
  /** How the browser's own sign-in stands to the saved sessions; said after the hello, and whenever it turns. */
  observe: method('session.observe', observation, nothing),
  /** All versions of an account's session, newest first. */
  history: method(
    'session.history',
    z.strictObject({ account: z.string() }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('history'), versions: z.array(savedVersion) }),
      refused,
    ]),
  ),
  difference: method(
    'session.difference',
    z.strictObject({ account: z.string(), from: z.int(), to: z.int() }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('difference'), difference: sessionDifference }),
      refused,
    ]),
  ),
  /** What closes needs no signature: pause, mute an agent for a while, forget a yes that is remembered, end a released copy. */
  pause: method('pause', nothing, nothing),
  mute: method('agent.mute', z.strictObject({ grant: z.string().min(1) }), nothing),
  forget: method('approval.forget', z.strictObject({ id: z.uuid() }), nothing),
  endReleased: method('release.end', z.strictObject({ id: z.uuid() }), nothing),
  /**
   * The person's own acts that open or erase something, signed: `resume`, `unmute`, `unpair` (a browser), `looked` (at an alarm, which
   * ends it); `restore` (a version becomes the newest), `name-account`, `forget-session` (one version, or all of an account).
   */
  act: method(
    'act',
    z.strictObject({
      signed: countersigned,
      act: z.discriminatedUnion('tool', [
        z.strictObject({ tool: z.literal('resume') }),
        z.strictObject({ tool: z.literal('unmute'), grant: z.string() }),
        z.strictObject({ tool: z.literal('unpair'), fingerprint: z.string() }),
        z.strictObject({ tool: z.literal('restore'), account: z.string(), version: z.int() }),
        z.strictObject({ tool: z.literal('name-account'), account: z.string(), name: z.string().max(60).nullable() }),
        z.strictObject({ tool: z.literal('forget-session'), account: z.string(), version: z.int().nullable() }),
        z.strictObject({ tool: z.literal('looked'), alarm: lookableAlarm, about: z.string().nullable() }),
      ]),
    }),
    z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('done') }), refused]),
  ),
  heartbeat,
} as const
