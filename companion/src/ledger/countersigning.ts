import { verifyCountersignature } from '@countersign/shared/approval/countersignature'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import type { LedgerKind, LedgerRow } from '@countersign/shared/ledger/row'
import type { SignedHead } from '@countersign/shared/ledger/signed-head'
import { asCountersignError, CountersignError, type ErrorCode } from '@countersign/shared/errors'
import type { Alarms } from '../access/alarms.ts'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { Time } from '../time.ts'
import { createTurns } from '../turns.ts'
import type { Heads } from './heads.ts'
import type { Ledger } from './ledger.ts'

/**
 * Has the ledger's head countersigned: at once after what matters, and otherwise once in each minute in which rows were added. Each
 * browser signs only what follows on the head that it has signed last, so that no history can be taken back from it.
 */
export type Countersigning = {
  /** A browser says hello, and which head it has signed last. Raises the alarm when the ledger was never there. */
  met(browser: Signer, last: ChainHead | null): void
  /** What the connected browsers have signed last. */
  remembered(): readonly Remembered[]
  /**
   * Whether, since the start, a browser has shown that it remembers a head which the ledger holds, or has signed one. Until then nobody
   * can tell this ledger, and what rests on it, from an older copy of it.
   */
  vouched(): boolean
  /** After her "I have looked" in this browser, which begins anew with what there is. */
  looked(signingKey: string): void
  close(): void
}

type Signer = Pick<ConnectedBrowser, 'label' | 'fingerprint' | 'signingKey'>
export type Remembered = {
  readonly label: string
  readonly fingerprint: string
  /** The signing key. */
  readonly browser: string
  readonly head: ChainHead
}

/** Rows that must not be lost to a cut tail. The others wait, so that an agent that only looks costs no signature each time. */
const telling: ReadonlySet<LedgerKind> = new Set<LedgerKind>([
  'paired',
  'unpaired',
  'reset',
  'session_saved',
  'session_restored',
  'session_forgotten',
  'account_named',
  'approval',
  'release',
  'grant',
  'revoked',
  'policy',
  'remembered',
  'forgotten',
  'muted',
  'unmuted',
  'paused',
  'resumed',
  'alarm',
  'looked',
])

const minute = 60_000
/** How many rows are shown to a browser at once. */
const page = 200

/** Also checks the heads that were kept: what was done to the ledger while nobody ran is told at once. */
export const openCountersigning = async (deps: Deps): Promise<Countersigning> => {
  const { heads, ledger, browsers, companionKey } = deps
  const made = createCountersigning(deps)
  for (const signed of heads.all()) {
    const { browser, companion, head } = signed.document
    if (companion !== companionKey || ledger.holds(head) || !(await verifyCountersignature(signed))) continue
    const known = browsers.paired().find(({ signingKey }) => signingKey === browser)
    made.diverged(known ?? { label: 'A browser that was paired', fingerprint: 'unpaired' }, head)
  }
  return made
}

type Deps = {
  readonly ledger: Pick<Ledger, 'holds' | 'head' | 'list' | 'onAppend'>
  readonly heads: Heads
  readonly browsers: Browsers
  readonly alarms: Pick<Alarms, 'raise' | 'list'>
  readonly companionKey: string
  readonly time: Time
  /** A browser has answered as none should, which is no fault of ours. Called once, until it has signed again. */
  onRefused(fingerprint: string, code: ErrorCode): void
  onFault(thrown: unknown): void
  /** What a browser has signed. */
  onSigned?(head: ChainHead): void
}

const createCountersigning = (deps: Deps) => {
  const { ledger, heads, browsers, alarms, companionKey, time } = deps
  const ends = new AbortController()
  const turns = createTurns()
  /** By signing key; null of one that has signed nothing yet. */
  const last = new Map<string, ChainHead | null>()
  /** By signing key: what stood before the first row that was shown to one that is not known to have signed yet; it may have. */
  const begun = new Map<string, number>()
  /** By signing key: those that did not sign when they were last asked. */
  const refused = new Set<string>()
  let vouched = false
  let stopTimer: (() => void) | undefined
  let soon: NodeJS.Immediate | undefined

  const diverged = ({ label, fingerprint }: Omit<Signer, 'signingKey'>, head: ChainHead) => {
    const text = `The ledger was changed: it no longer continues what ${label} (${fingerprint}) signed at entry ${head.seq}. No agent’s call passes until you have looked. \`countersign ledger verify\` tells more.`
    alarms.raise(
      { alarm: 'ledger_diverged', about: null, text },
      { browser: fingerprint, signed: head.seq, hash: head.hash },
    )
  }

  const isGood = async ({ document, signature }: SignedHead, by: Signer, to: LedgerRow): Promise<boolean> =>
    document.browser === by.signingKey &&
    document.companion === companionKey &&
    document.head.seq === to.seq &&
    document.head.hash === to.hash &&
    (await verifyCountersignature({ document, signature }))

  /** Other alarms don't stop it: that they were raised must not be lost, either. */
  const isDoubted = (): boolean => alarms.list().some(({ alarm }) => alarm === 'ledger_diverged')

  /** What a browser answers with is its own doing, and its words are not ours to log. One that went away is asked when it is back. */
  const refuses = (browser: ConnectedBrowser, thrown: unknown): undefined => {
    const { code } = asCountersignError(thrown)
    if (away.has(code) || refused.has(browser.signingKey)) return
    refused.add(browser.signingKey)
    deps.onRefused(browser.fingerprint, code)
  }

  /** One page; true when there may be another. */
  const signPage = async (browser: ConnectedBrowser): Promise<boolean> => {
    const from = last.get(browser.signingKey)
    if (from === undefined) return false
    // Cut while we run, it may not have grown beyond that head yet; and whoever cut it may put it back before it has.
    if (from !== null && !ledger.holds(from)) {
      diverged(browser, from)
      return false
    }
    if (ledger.head().seq <= (from?.seq ?? 0)) return false
    const after = from?.seq ?? begun.get(browser.signingKey)
    const rows = after === undefined ? ledger.list({ limit: 1 }) : ledger.list({ after, limit: page })
    const to = rows.at(-1)
    if (to === undefined) return false
    if (after === undefined) begun.set(browser.signingKey, to.seq - 1)
    const answer = await browser.countersign(rows, ends.signal).catch((thrown: unknown) => refuses(browser, thrown))
    if (answer === undefined) return false
    if (answer.kind === 'diverged') {
      diverged(browser, from ?? { seq: to.seq, hash: to.hash })
      return false
    }
    if (!(await isGood(answer.signed, browser, to))) {
      return refuses(browser, new CountersignError('countersignature_invalid')) ?? false
    }
    refused.delete(browser.signingKey)
    heads.keep(answer.signed)
    begun.delete(browser.signingKey)
    last.set(browser.signingKey, { seq: to.seq, hash: to.hash })
    vouched = true
    deps.onSigned?.({ seq: to.seq, hash: to.hash })
    return true
  }
  const sign = async (browser: ConnectedBrowser): Promise<void> => {
    try {
      while (!isDoubted() && !ends.signal.aborted && (await signPage(browser)));
    } catch (thrown) {
      const code = thrown instanceof CountersignError ? thrown.code : undefined
      const from = last.get(browser.signingKey)
      // A row that can't be read any more is none that could follow.
      if (code === 'ledger_damaged' && from !== undefined && from !== null) diverged(browser, from)
      else deps.onFault(thrown)
    }
  }
  const signAll = () => {
    stopTimer?.()
    stopTimer = undefined
    clearImmediate(soon)
    soon = undefined
    for (const browser of browsers.connected()) void turns.take(browser.signingKey, () => sign(browser))
  }

  const stops = [
    ledger.onAppend(({ kind }) => {
      if (telling.has(kind)) soon ??= setImmediate(signAll)
      else stopTimer ??= time.after(minute, signAll)
    }),
    browsers.onChange(() => {
      const connected = new Set(browsers.connected().map(({ signingKey }) => signingKey))
      for (const key of last.keys()) if (!connected.has(key)) last.delete(key)
      for (const key of begun.keys()) if (!connected.has(key)) begun.delete(key)
      soon ??= setImmediate(signAll)
    }),
  ]

  return {
    diverged,
    met: (browser: Signer, head: ChainHead | null) => {
      last.set(browser.signingKey, head)
      begun.delete(browser.signingKey)
      if (head === null) return
      if (ledger.holds(head)) vouched = true
      else diverged(browser, head)
    },
    vouched: () => vouched,
    remembered: (): readonly Remembered[] =>
      browsers.connected().flatMap(({ label, fingerprint, signingKey }) => {
        const head = last.get(signingKey)
        return head === undefined || head === null ? [] : [{ label, fingerprint, browser: signingKey, head }]
      }),
    looked: (signingKey: string) => {
      for (const { document } of heads.all()) if (!ledger.holds(document.head)) heads.forget(document.browser)
      if (last.has(signingKey)) last.set(signingKey, null)
      begun.delete(signingKey)
      soon ??= setImmediate(signAll)
    },
    close: () => {
      for (const stop of stops) stop()
      stopTimer?.()
      clearImmediate(soon)
      ends.abort()
    },
  }
}

const away: ReadonlySet<string> = new Set(['peer_closed', 'peer_timeout', 'cancelled', 'not_paired'])
