import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import { CountersignError, refusal, type Refusal } from '@countersign/shared/errors'
import type { LedgerAsker, LedgerDetails } from '@countersign/shared/ledger/row'
import type { Database } from '../database/database.ts'
import { companionAsker } from '../ledger/askers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { acceptPolicy } from '../policy/acceptance.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { deadlineIn, type Time, whenPassed } from '../time.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { afterDenial, afterMute, afterUnmute, isMuted, type MuteState, neverMuted } from './mute-state.ts'
import { putMute, rememberedMutes } from './remembered-mutes.ts'

/** Askers that are not heard for a while: agents, and the terminal. Anybody may mute, only the person unmutes. It outlives the process. */
export type Mutes = {
  /** Undefined while it is heard. */
  refusal(grant: string): Refusal | undefined
  /** ISO 8601; null for one that is not muted. */
  until(grant: string): string | null
  /** Aborted, with `muted` as its reason, as long as it is muted. */
  signal(grant: string): AbortSignal
  /** Within the transaction that keeps her answer: she has clicked Deny. The second time within a minute mutes who asked. */
  denied(answer: Pick<ApprovalDocument, 'grant' | 'tool'>): void
  mute(asker: Muted, by: LedgerAsker): void
  /** Whoever calls this answers for her signature. @param enter writes the ledger's row, within the same transaction */
  unmute(asker: Muted, enter: (details: LedgerDetails) => void): void
  onChange(listener: () => void): () => void
  close(): void
}

/** Of an agent, the id of its grant. */
export type Muted = { readonly grant: string; readonly label: string }

export const terminalMuted: Muted = { grant: 'terminal', label: 'Terminal' }

export const createMutes = (deps: {
  readonly database: Database
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append' | 'now' | 'head'>
  readonly time: Time
}): Mutes => {
  const { database, items, ledger, time } = deps
  const { states, known } = rememberedMutes(database, items, ledger.now())
  const clock = createSteadyClock(time, known)
  const silenced = new Map<string, AbortController>()
  const timers = new Map<string, () => void>()
  const listeners = new Set<() => void>()

  const stateOf = ({ grant, label }: Muted) => ({ ...(states.get(grant) ?? neverMuted(label)), label })
  const mutedNow = (grant: string): MuteState | undefined => {
    const state = states.get(grant)
    return state !== undefined && isMuted(state, clock.now()) ? state : undefined
  }
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const controllerOf = (grant: string): AbortController => {
    const known = silenced.get(grant)
    // What ended by itself is over for whoever asks next.
    if (known !== undefined && (!known.signal.aborted || mutedNow(grant) !== undefined)) return known
    const made = new AbortController()
    silenced.set(grant, made)
    return made
  }
  /** Silences whom it has to, lets the others on, and tells of it when a mute ends by itself. */
  const follow = (grant: string) => {
    timers.get(grant)?.()
    timers.delete(grant)
    const muted = mutedNow(grant)
    if (muted !== undefined) {
      controllerOf(grant).abort(new CountersignError('muted'))
      const ends = deadlineIn(time, muted.until - clock.now())
      timers.set(
        grant,
        whenPassed(time, ends, () => follow(grant)),
      )
    }
    tell()
  }
  const keep = (grant: string, state: MuteState) => putMute(items, grant, state)
  const enter = ({ grant, label }: Muted, { until, minutes }: MuteState, asker: LedgerAsker) =>
    ledger.append({
      kind: 'muted',
      asker,
      details: { grant, label, until: written(until), minutes },
    })

  for (const grant of states.keys()) follow(grant)
  return {
    refusal: (grant) => {
      const muted = mutedNow(grant)
      if (muted === undefined) return undefined
      const more = { rule: '(muted)', retryAfter: Math.ceil((muted.until - clock.now()) / 1000) }
      if (grant !== terminalMuted.grant) return refusal('muted', more)
      return refusal('muted', { ...more, reason: 'The terminal is muted for a while.' })
    },
    until: (grant) => {
      const muted = mutedNow(grant)
      return muted === undefined ? null : written(muted.until)
    },
    signal: (grant) => controllerOf(grant).signal,
    denied: ({ grant: { id: grant, label }, tool }) => {
      // It is a file that asks, whoever wrote it: it stays denied until it is another, and muting the terminal would stop nothing.
      if (tool === acceptPolicy) return
      const before = stateOf({ grant, label })
      const now = clock.now()
      const after = afterDenial(before, tool, now)
      if (after === before) return
      keep(grant, after)
      const muted = isMuted(after, now)
      if (muted) enter({ grant, label }, after, companionAsker)
      database.afterCommit(() => {
        states.set(grant, after)
        // Her answer comes first: who asked hears the no, and her reason, and not only that it is muted.
        if (muted) queueMicrotask(() => follow(grant))
      })
    },
    mute: (asker, by) => {
      const { grant } = asker
      if (mutedNow(grant) !== undefined) return
      const after = afterMute(stateOf(asker), clock.now())
      states.set(grant, after)
      // What closes comes first, and holds for this process even if the disk does not take it.
      follow(grant)
      database.transaction(() => {
        keep(grant, after)
        enter(asker, after, by)
      })
    },
    unmute: (asker, entered) => {
      const { grant, label } = asker
      database.transaction(() => {
        entered({ grant, label })
        const after = afterUnmute(stateOf(asker), clock.now(), ledger.head().seq)
        keep(grant, after)
        database.afterCommit(() => {
          states.set(grant, after)
          follow(grant)
        })
      })
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      for (const stop of timers.values()) stop()
      timers.clear()
    },
  }
}

/** Nothing that is written has a year of five digits; somebody may have put an entry that far on into the ledger, which no clock goes back behind. */
const lastMoment = Date.parse('9999-12-31T23:59:59.999Z')
const written = (at: number): string => new Date(Math.min(at, lastMoment)).toISOString()
