import { fifteenMinutes } from '@countersign/shared/approval/can-be-remembered'
import type { Countersigned } from '@countersign/shared/approval/countersignature'
import type { Asker, Prompt } from '@countersign/shared/approval/prompt'
import type { LedgerAsker, LedgerRow } from '@countersign/shared/ledger/row'
import type { Remembered as Told } from '@countersign/shared/protocol/overview'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Deadline, deadlineIn, type Time, whenPassed } from '../time.ts'

/**
 * Yeses that last. They are kept in memory alone: what lies on the disk can be put back after its end, and she loses nothing but
 * that she is asked once more after a restart. The browser keeps its own note of each, and gives no capture without it.
 *
 * One counts for its agent and tool, and only while the browser that it was given in is connected, in the session in which it was
 * given: a lost connection keeps it, a browser that was closed ends it. So does whatever closes something for its agent or for all.
 */
export type Remembered = {
  /** After an answer was accepted. One that counts once is not kept. */
  take(answer: { from: ConnectedBrowser; prompt: Prompt; signed: Countersigned }): void
  /** Those that cover this call now, the newest first. */
  covering(call: RememberedCall): readonly LastingYes[]
  list(): Told[]
  /** Her click, in whichever browser. One that is not there is forgotten already. */
  forget(id: string, by: LedgerAsker): void
  /** Of one agent: it was muted, renamed, or is no longer the one that she knew. */
  dropOf(grant: string): void
  /** Something changed under all of them, such as the policy. */
  dropAll(): void
  onChange(listener: () => void): () => void
  close(): void
}

export type RememberedCall = {
  readonly asker: Pick<Asker, 'kind' | 'grant' | 'label'>
  readonly tool: string
  /** Digest of the arguments. */
  readonly args: string
}

/** A yes from before, as a call may be let through by it. */
export type LastingYes = {
  /** The id of the question that was answered so. */
  readonly request: string
  /** Fingerprint of the browser that it was given in. */
  readonly browser: string
  /** Whose session it is for, where it is for one. */
  readonly account: string | null
  /** Whether it still does. */
  counts(): boolean
}

type Yes = Omit<Told, 'until' | 'browser'> & {
  readonly grant: string
  readonly args: string
  readonly browser: Pick<ConnectedBrowser, 'fingerprint' | 'signingKey'>
  /** Of that browser. */
  readonly session: string
  /** Null for one that lasts until the browser closes. */
  readonly deadline: Deadline | null
  stop(): void
}

export const createRemembered = (deps: {
  readonly browsers: Browsers
  readonly ledger: Pick<Ledger, 'append' | 'onAppend'>
  readonly time: Time
}): Remembered => {
  const { browsers, ledger, time } = deps
  // A Map keeps the order in which they were given.
  const yeses = new Map<string, Yes>()
  const listeners = new Set<() => void>()

  const drop = (ended: (yes: Yes) => boolean) => {
    const gone = [...yeses.values()].filter(ended)
    for (const { id, stop } of gone) {
      stop()
      yeses.delete(id)
    }
    if (gone.length > 0) for (const tell of listeners) tell()
  }
  const dropOf = (grant: string) => drop((yes) => yes.grant === grant)
  const dropAll = () => drop(() => true)

  const hereNow = ({ browser }: Yes): ConnectedBrowser | undefined => browsers.connected().find(isSame(browser))
  const isOver = (yes: Yes): boolean => {
    if (yes.deadline?.passed() === true || !browsers.paired().some(isSame(yes.browser))) return true
    const here = hereNow(yes)
    return here !== undefined && here.session() !== yes.session
  }
  const prune = () => drop(isOver)
  const counts = (yes: Yes): boolean => {
    prune()
    return yeses.get(yes.id) === yes && hereNow(yes) !== undefined
  }

  const closes = ({ kind, details }: LedgerRow) => {
    if (endsAll.has(kind)) dropAll()
    if (!endsAgents.has(kind)) return
    const { grant } = details
    if (typeof grant === 'string') dropOf(grant)
    else dropAll()
  }
  const stops = [ledger.onAppend(closes), browsers.onChange(prune)]

  return {
    take: ({ from, prompt, signed: { document } }) => {
      const { scope } = document
      if (scope === 'once') return
      const { id, asker, action, args, subject } = prompt
      const { sameArguments } = scope
      const left = scope.for === 'browser' ? null : Math.min(Date.parse(scope.until) - time.wall(), fifteenMinutes)
      const deadline = left === null ? null : deadlineIn(time, left)
      const yes: Yes = {
        id,
        agent: asker.label,
        grant: asker.grant,
        tool: action,
        args,
        sameArguments,
        account: subject.kind === 'save' ? subject.outline.identity.account : null,
        browser: { fingerprint: from.fingerprint, signingKey: from.signingKey },
        session: from.session(),
        deadline,
        stop: deadline === null ? () => undefined : whenPassed(time, deadline, prune),
      }
      // The newer one takes the place of those that it covers.
      drop((older) => older.id === id || covers(yes, older))
      yeses.set(id, yes)
      for (const tell of listeners) tell()
    },
    covering: ({ asker, tool, args }) => {
      prune()
      if (asker.kind !== 'agent') return []
      return [...yeses.values()]
        .filter(
          (yes) =>
            yes.grant === asker.grant &&
            yes.agent === asker.label &&
            yes.tool === tool &&
            (!yes.sameArguments || yes.args === args) &&
            hereNow(yes) !== undefined,
        )
        .toReversed()
        .map((yes) => ({
          request: yes.id,
          browser: yes.browser.fingerprint,
          account: yes.account,
          counts: () => counts(yes),
        }))
    },
    list: () => {
      prune()
      return [...yeses.values()].map(({ id, agent, tool, sameArguments, account, browser, deadline }) => ({
        id,
        agent,
        tool,
        until: deadline?.at ?? null,
        sameArguments,
        account,
        browser: browser.fingerprint,
      }))
    },
    forget: (id, by) => {
      const yes = yeses.get(id)
      if (yes === undefined) return
      // What closes comes first, and holds even if the disk does not take it.
      drop((other) => other === yes)
      ledger.append({ kind: 'forgotten', asker: by, tool: yes.tool, details: { request: id, agent: yes.agent } })
    },
    dropOf,
    dropAll,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      for (const stop of stops) stop()
      dropAll()
      listeners.clear()
    },
  }
}

/** Rows after which nobody runs on a yes from before: things are no longer as they were when she gave it. */
const endsAll: ReadonlySet<LedgerRow['kind']> = new Set<LedgerRow['kind']>(['paused', 'policy', 'reset', 'alarm'])
/** Rows about one agent, after which it has to ask. */
const endsAgents: ReadonlySet<LedgerRow['kind']> = new Set<LedgerRow['kind']>(['revoked', 'muted', 'grant'])

const isSame =
  ({ fingerprint, signingKey }: Pick<ConnectedBrowser, 'fingerprint' | 'signingKey'>) =>
  (other: Pick<ConnectedBrowser, 'fingerprint' | 'signingKey'>): boolean =>
    other.fingerprint === fingerprint && other.signingKey === signingKey

const covers = (newer: Yes, older: Yes): boolean =>
  isSame(newer.browser)(older.browser) &&
  newer.grant === older.grant &&
  newer.tool === older.tool &&
  newer.account === older.account &&
  (!newer.sameArguments || (older.sameArguments && newer.args === older.args))
