import { asCountersignError, type CountersignError, errorCodes } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { Alarm } from '@countersign/shared/protocol/overview'
import type { Database } from '../../database/database.ts'
import { companionAsker } from '../../ledger/askers.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Machine } from '../../machine.ts'
import type { Time } from '../../time.ts'
import { actionOf, type KeptCopies, type KeptCopy, type ReleaseEnd } from './released-copy.ts'
import { wipeCopy } from './wipe-copy.ts'

/** Copies that count no longer, until they are wiped and the ledger says so. */
export type EndedCopies = {
  /** Wipes it, and enters why; what can't be done now is tried again. Never throws. */
  take(copy: EndedCopy): Ended
  /** Once more, because somebody asks; undefined for one that is not left behind. Where its folder is gone it is let go. */
  retry(id: string): Ended | undefined
  leftBehind(): readonly LeftBehind[]
  /** The same, as she is told of it. */
  alarms(): readonly Alarm[]
  /** One last try. */
  close(): void
}

export type EndedCopy = {
  readonly kept: KeptCopy
  readonly why: ReleaseEnd
  readonly by: LedgerAsker
  /** Whether the ledger tells that it was let out. */
  readonly released: boolean
}

/**
 * How it ended. `left`: `other` where somebody put something else in its place, `unknown` where its folder is gone and somebody ended it
 * all the same. `trouble` says why its values may still lie there.
 */
export type Ended = {
  readonly id: string
  readonly path: string
  readonly left: 'nothing' | 'other' | 'unknown'
  readonly trouble: string | null
}

export type LeftBehind = {
  readonly id: string
  readonly path: string
  readonly why: ReleaseEnd
  readonly trouble: string
}

type Pending = EndedCopy & { trouble: CountersignError | undefined; entered: boolean }

/** Milliseconds between two tries to wipe what could not be wiped. */
const patience = 60_000

/** Begins with what a killed companion left. */
export const createEndedCopies = (deps: {
  readonly database: Pick<Database, 'transaction'>
  readonly kept: KeptCopies
  readonly ledger: Pick<Ledger, 'append'>
  readonly machine: Machine
  readonly time: Pick<Time, 'after'>
  changed(): void
}): EndedCopies => {
  const { database, kept, ledger, machine, time } = deps
  const pending = new Map<string, Pending>()
  let stop: () => void = () => undefined

  const wipe = (one: Pending, asked: boolean): Ended['left'] => {
    try {
      const lies = wipeCopy(one.kept, machine, { asked })
      one.trouble = undefined
      if (lies === 'no-folder' && !one.kept.own) return 'unknown'
      return lies === 'other' ? 'other' : 'nothing'
    } catch (thrown) {
      one.trouble = asCountersignError(thrown)
      return 'nothing'
    }
  }
  const enter = (one: Pending, left: Ended['left']) => {
    const { id, kind, path } = one.kept
    const { trouble, why, by } = one
    if (one.entered && trouble !== undefined) return
    database.transaction(() => {
      if (one.released || trouble !== undefined) {
        const details = { copy: id, destination: path.slice(0, 1000), why, replaced: left === 'other' }
        const how = trouble === undefined ? {} : ({ outcome: 'failed', code: trouble.code } as const)
        ledger.append({ kind: 'release_ended', asker: by, tool: actionOf[kind], ...how, details })
      }
      if (trouble === undefined) kept.delete(id)
    })
    one.entered = true
  }
  const settle = (one: Pending, asked = false): Ended => {
    const { id, path } = one.kept
    const left = wipe(one, asked)
    try {
      enter(one, left)
      if (one.trouble === undefined) pending.delete(id)
    } catch (thrown) {
      // What was wiped is gone all the same. What is missing is that the ledger says so.
      one.trouble ??= asCountersignError(thrown)
    }
    return { id, path, left, trouble: one.trouble?.message ?? null }
  }
  const settleAll = () => {
    for (const one of pending.values()) settle(one)
  }
  const tryAgainLater = () => {
    stop()
    stop = () => undefined
    if (pending.size === 0) return
    stop = time.after(patience, () => {
      settleAll()
      tryAgainLater()
      deps.changed()
    })
  }

  for (const [id, copy] of kept.all()) {
    if (copy === undefined) tellDamaged(deps, id)
    else {
      const one = { kept: copy, why: 'killed', by: companionAsker, released: true } as const
      pending.set(id, { ...one, trouble: undefined, entered: false })
    }
  }
  settleAll()
  tryAgainLater()
  return {
    take: (copy) => {
      const one: Pending = { ...copy, trouble: undefined, entered: false }
      pending.set(copy.kept.id, one)
      const ended = settle(one)
      tryAgainLater()
      return ended
    },
    retry: (id) => {
      const one = pending.get(id)
      if (one === undefined) return undefined
      const ended = settle(one, true)
      tryAgainLater()
      return ended
    },
    leftBehind: () =>
      [...pending.values()].flatMap(({ kept: { id, path }, why, trouble }) =>
        trouble === undefined ? [] : [{ id, path, why, trouble: trouble.message }],
      ),
    alarms: () =>
      [...pending.values()].flatMap(({ trouble }) => {
        if (trouble === undefined) return []
        const [message, next] = errorCodes.release_not_wiped
        return [{ code: 'release_not_wiped', text: `${message} ${trouble.message}. ${next}`, look: null }]
      }),
    close: () => {
      stop()
      settleAll()
    },
  }
}

/** Somebody had a hand in the note of it: where it lies nobody knows any more but the ledger's entry of its release. */
const tellDamaged = ({ database, kept, ledger }: Parameters<typeof createEndedCopies>[0], id: string): void => {
  const how = { outcome: 'failed', code: 'database_damaged' } as const
  const details = { copy: id.slice(0, 100), why: 'killed' }
  database.transaction(() => {
    ledger.append({ kind: 'release_ended', asker: companionAsker, ...how, details })
    kept.delete(id)
  })
}
