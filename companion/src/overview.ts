import type { Alarms } from './access/alarms.ts'
import type { Mutes } from './access/mutes.ts'
import type { ReleasedCopies } from './access/released/released-copies.ts'
import { errorCodes, refusalOf } from '@countersign/shared/errors'
import type { LedgerRow } from '@countersign/shared/ledger/row'
import type { Activity, Overview, SavedAccount } from '@countersign/shared/protocol/overview'
import type { Remembered } from './approvals/remembered.ts'
import type { Browsers } from './bridge/browsers.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Time } from './time.ts'
import type { Observations } from './weather/observations.ts'
import type { KeyPlace } from './vault/key.ts'
import type { Saved, SetAside, Vault } from './vault/vault.ts'
import { version } from './version.ts'

export type Overviews = {
  /** As this browser is told; without one, as a command is. */
  for(fingerprint?: string): Overview
  /** Something changed: tells every connected browser, once for all changes of a moment. */
  changed(): void
  close(): void
}

export type OverviewDeps = {
  readonly port: number
  readonly key: KeyPlace
  readonly vault: Pick<Vault, 'list' | 'swept'>
  readonly ledger: Pick<Ledger, 'list' | 'onAppend'>
  readonly browsers: Browsers
  readonly pause: { isPaused(): boolean; onChange(listener: () => void): () => void }
  readonly alarms: Pick<Alarms, 'list' | 'onChange'>
  readonly remembered: Pick<Remembered, 'list' | 'onChange'>
  readonly released: Pick<ReleasedCopies, 'list' | 'alarms' | 'onChange'>
  readonly observations: Pick<Observations, 'observed' | 'mark' | 'onChange'>
  /** A mute ends by itself, too. */
  readonly mutes: Pick<Mutes, 'onChange'>
  readonly time: Pick<Time, 'after'>
  agents(): Overview['agents']
  resetAt(): string | null
  /** What is wrong with the file in which a policy is proposed; undefined where nothing is. */
  policyAlarm(): Overview['alarms'][number] | undefined
}

/**
 * Milliseconds in which changes are told as one. A save leaves rows before and after it: what is told of the first would be built,
 * sealed and shown while she waits for the receipt.
 */
const moment = 50

/** A browser's popup is useful at first paint with this many lines. */
const linesOfActivity = 8

/** Builds what the popup shows of the companion, and sends it whenever it has changed. */
export const createOverviews = (deps: OverviewDeps): Overviews => {
  const { browsers, ledger, pause, vault } = deps
  let stopTimer: (() => void) | undefined

  const build = (fingerprint?: string): Overview => {
    const connected = new Set(browsers.connected().map((browser) => browser.fingerprint))
    const alarms: Overview['alarms'] = deps.alarms
      .list()
      .map(({ alarm, about, text }) => ({ code: alarm, text, look: { alarm, about } }))
    // Somebody may have damaged what lies on the disk. That is told; it takes neither the rest along nor the process.
    const told = <T>(look: () => T, otherwise: T): T => {
      try {
        return look()
      } catch (thrown) {
        const { code, reason, next } = refusalOf(thrown)
        if (!alarms.some((known) => known.code === code)) alarms.push({ code, text: `${reason} ${next}`, look: null })
        return otherwise
      }
    }
    // Every version is opened for this, and a save waits meanwhile: once for all of it.
    const kept = told(() => vault.list(), [])
    alarms.push(...deps.released.alarms(), ...alarmsOf(kept), ...(vault.swept() ? [] : [notSwept]))
    alarms.push(...[deps.policyAlarm()].flatMap((alarm) => alarm ?? []))
    return {
      version,
      port: deps.port,
      paused: pause.isPaused(),
      key: deps.key,
      // What a browser compares with is of no use to a command, which any program of hers may be.
      accounts: accountsOf(kept, deps.observations).map((one) =>
        fingerprint === undefined ? { ...one, mark: null } : one,
      ),
      agents: deps.agents(),
      remembered: deps.remembered.list(),
      released: [...deps.released.list()],
      browsers: browsers.paired().map((browser) => ({
        label: browser.label,
        fingerprint: browser.fingerprint,
        connected: connected.has(browser.fingerprint),
        you: browser.fingerprint === fingerprint,
      })),
      activity: told(() => ledger.list({ limit: linesOfActivity }).toReversed().map(activityOf), []),
      resetAt: told(() => deps.resetAt(), null),
      alarms,
    }
  }
  const changed = () => {
    stopTimer ??= deps.time.after(moment, () => {
      stopTimer = undefined
      for (const browser of browsers.connected()) browser.showOverview(build(browser.fingerprint))
    })
  }
  // A save, a grant, a release and a pause each leave a row.
  const stops = [
    ledger.onAppend(changed),
    browsers.onChange(changed),
    pause.onChange(changed),
    deps.alarms.onChange(changed),
    deps.remembered.onChange(changed),
    deps.released.onChange(changed),
    deps.observations.onChange(changed),
    deps.mutes.onChange(changed),
  ]

  return {
    for: build,
    changed,
    close: () => {
      for (const stop of stops) stop()
      stopTimer?.()
    },
  }
}

/** Of each account the newest version, which comes first in the list. */
const accountsOf = (kept: readonly (Saved | SetAside)[], seen: OverviewDeps['observations']): SavedAccount[] => {
  const byAccount = new Map<string, Saved[]>()
  for (const entry of kept) {
    if (entry.kind === 'saved') byAccount.set(entry.account, [...(byAccount.get(entry.account) ?? []), entry])
  }
  return [...byAccount.values()].flatMap(([newest, ...older]) =>
    newest === undefined
      ? []
      : [{ ...accountOf(newest, 1 + older.length), observed: seen.observed(newest), mark: seen.mark(newest) }],
  )
}

const accountOf = (
  { account, accountName, savedAt, version, summary }: Saved,
  kept: number,
): Omit<SavedAccount, 'observed' | 'mark'> => ({
  id: account,
  name: accountName,
  savedAt,
  expiresAt: summary.expiresAt,
  version,
  kept,
  cookies: summary.cookies,
  origins: summary.origins.length,
  signIn: summary.signIn,
})

const activityOf = ({ seq, at, kind, asker, tool, outcome, code }: LedgerRow): Activity => ({
  seq,
  at,
  kind,
  asker: asker.label,
  tool,
  outcome,
  code,
})

const notSwept: Overview['alarms'][number] = {
  code: 'not_swept',
  text: 'What was erased is out of the vault, but another program reads its file: the last traces go when Countersign next starts.',
  look: null,
}

const alarmsOf = (kept: readonly (Saved | SetAside)[]): Overview['alarms'] => {
  const damaged = kept.filter((entry) => entry.kind === 'set-aside').length
  if (damaged === 0) return []
  const [reason, next] = errorCodes.vault_record_damaged
  const text = damaged === 1 ? reason : `${damaged} saved sessions do not open, and were set aside.`
  return [{ code: 'vault_record_damaged', text: `${text} ${next}`, look: null }]
}
