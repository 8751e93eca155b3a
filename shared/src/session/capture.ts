import { z } from 'zod'
import { listOf } from '../list-of.ts'
import { leftOut, session } from './session.ts'

/** The tab that a capture was read from. The path is shown, never the query or the fragment: they may hold secrets. */
export const capturedTab = z.strictObject({ id: z.int(), origin: z.string(), path: z.string() })

/** What has to be the same at the capture as it was when the person was asked. Names and counts only inform. */
export const captureIdentity = z.strictObject({
  account: z.string(),
  signIn: z.enum(['signed-in', 'uncertain']),
  /** The browser's own name for the tab's cookie store. */
  store: z.string(),
  origin: z.string(),
})
export type CaptureIdentity = z.output<typeof captureIdentity>

/** What a capture would take, told without a value: what the person is shown before anything leaves the browser. */
export const captureOutline = z.strictObject({
  identity: captureIdentity,
  tab: capturedTab,
  /** Why the sign-in is judged as it is, in a sentence. */
  why: z.string(),
  cookies: z.int(),
  cookieNames: listOf(z.string()),
  storage: listOf(z.strictObject({ origin: z.string(), keys: z.int() })),
  leftOut: listOf(leftOut),
})
export type CaptureOutline = z.output<typeof captureOutline>

const noTab = z.strictObject({ kind: z.literal('no-tab') })
const signedOut = z.strictObject({ kind: z.literal('signed-out'), origin: z.string() })
const failed = z.strictObject({
  kind: z.literal('failed'),
  code: z.enum(['capture_failed', 'capture_too_large']),
})

export const describeOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready'), outline: captureOutline }),
  noTab,
  signedOut,
  failed,
])
export type DescribeOutcome = z.output<typeof describeOutcome>

export const takeOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('taken'), session, digest: z.string().length(64) }),
  /** The tab, account, store or sign-in is not what was shown. */
  z.strictObject({ kind: z.literal('changed') }),
  /** This browser has no approval of this request that is still good: nothing leaves. */
  z.strictObject({ kind: z.literal('not-approved') }),
  noTab,
  signedOut,
  failed,
])
export type TakeOutcome = z.output<typeof takeOutcome>

export const sameIdentity = (a: CaptureIdentity, b: CaptureIdentity): boolean =>
  a.account === b.account && a.signIn === b.signIn && a.store === b.store && a.origin === b.origin
