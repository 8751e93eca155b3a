import { isBeyondDoubt } from '@countersign/shared/approval/can-be-remembered'
import { CountersignError } from '@countersign/shared/errors'
import type { CaptureIdentity } from '@countersign/shared/session/capture'
import type { Session } from '@countersign/shared/session/session'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { Time } from '../time.ts'
import type { Cover } from './authorize.ts'
import { takeCapture } from './take-capture.ts'

export type Covered = {
  readonly session: Session
  readonly digest: string
  /** The question whose yes covers it. */
  readonly request: string
}

/**
 * A capture on what stands since before; undefined where that covers none, for whatever reason: then she is asked, and what is in
 * the way of asking is said as ever. Another account than the yes was for, an uncertain one and one that nobody knows are not even
 * asked of the browser, which has the last word on all others.
 * @param fits whether the agent may ask for this account's session at all
 */
export const takeCovered = async (
  deps: { readonly browsers: Browsers; readonly time: Time },
  cover: Cover,
  fits: (account: string) => boolean,
  signal: AbortSignal,
): Promise<Covered | undefined> => {
  for (const { browser, request, covers } of candidates(deps.browsers, cover)) {
    const identity = await identityNow(browser, signal)
    if (signal.aborted) return undefined
    if (identity === undefined || !isBeyondDoubt(identity) || !covers(identity) || !fits(identity.account)) continue
    const taken = await takeCapture(deps, browser, { request, identity }, signal)
    // She may have taken it back while the capture was on its way, or accepted another policy.
    if (taken.kind !== 'taken' || !covers(identity)) continue
    const { session, digest } = taken
    if (session.account === identity.account && session.signIn === identity.signIn) return { session, digest, request }
  }
  return undefined
}

type Candidate = {
  readonly browser: ConnectedBrowser
  readonly request: string
  covers(identity: CaptureIdentity): boolean
}

/** A yes from before is good in the browser that it was given in; a policy in each that knows of its acceptance. */
const candidates = (browsers: Browsers, cover: Cover): readonly Candidate[] => {
  const connected = browsers.connected()
  if (cover.kind === 'remembered') {
    return cover.yeses.flatMap((yes) => {
      const covers = ({ account }: CaptureIdentity) => account === yes.account && yes.counts()
      const browser = connected.find(({ fingerprint }) => fingerprint === yes.browser)
      return browser === undefined ? [] : [{ browser, request: yes.request, covers }]
    })
  }
  const { request, counts: covers } = cover
  return request === null ? [] : connected.map((browser) => ({ browser, request, covers }))
}

const identityNow = async (browser: ConnectedBrowser, signal: AbortSignal): Promise<CaptureIdentity | undefined> => {
  try {
    const told = await browser.describe(signal)
    return told.kind === 'ready' ? told.outline.identity : undefined
  } catch (thrown) {
    if (!(thrown instanceof CountersignError)) throw thrown
    return undefined
  }
}
