import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SealedItems } from '../vault/sealed-items.ts'

/** "Pause all agents": anybody may pause, only the person's signed act resumes. It outlives the process. */
export type Pause = {
  isPaused(): boolean
  /** Aborted, with `paused` as its reason, as long as all agents are paused. */
  signal(): AbortSignal
  /** @param by the label of the browser, or `Terminal` */
  pause(by: string): Promise<void>
  resume(by: string): Promise<void>
  onChange(listener: () => void): () => void
}

const item = 'pause'

export const createPause = (deps: {
  readonly database: Database
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append'>
}): Pause => {
  const { database, items, ledger } = deps
  const listeners = new Set<() => void>()
  let running = new AbortController()

  const write = (kind: 'paused' | 'resumed', by: string) => {
    const asker: LedgerAsker = { kind: by === 'Terminal' ? 'terminal' : 'browser', label: by }
    database.transaction(() => {
      const { seq } = ledger.append({ kind, asker })
      items.put(item, new TextEncoder().encode(sealedAs(kind, seq)))
    })
  }
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const stop = () => running.abort(new CountersignError('paused'))

  if (remembered(database, items)) stop()
  return {
    isPaused: () => running.signal.aborted,
    signal: () => running.signal,
    pause: async (by) => {
      if (running.signal.aborted) return
      // What closes comes first, and holds for this process even if the disk does not take it.
      stop()
      tell()
      write('paused', by)
    },
    resume: async (by) => {
      if (!running.signal.aborted) return
      write('resumed', by)
      running = new AbortController()
      tell()
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** With the entry that tells of it: what was sealed at the end of an earlier pause does not belong to an entry that was added since. */
const sealedAs = (kind: string, seq: number): string => `${kind} ${seq}`

/** Paused unless both the sealed item and the ledger say that it is not, or neither ever heard of a pause. */
const remembered = (database: Database, items: SealedItems): boolean => {
  const last = database.get(
    `select seq, kind from ledger where kind in ('paused', 'resumed') order by seq desc limit 1`,
    [],
    z.object({ seq: z.int(), kind: z.string() }),
  )
  const sealed = openItem(items)
  return (
    (last !== undefined || sealed !== undefined) &&
    !(last?.kind === 'resumed' && sealed === sealedAs(last.kind, last.seq))
  )
}

const openItem = (items: SealedItems): string | undefined => {
  try {
    const bytes = items.get(item)
    return bytes && new TextDecoder().decode(bytes)
  } catch {
    // It does not open: somebody touched it, so it counts as a pause.
    return 'paused'
  }
}
