import type { ErrorCode } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { Ledger, LedgerEntry } from '../ledger/ledger.ts'
import type { Time } from '../time.ts'

/**
 * Rows for calls that leave nothing behind them: reads and refusals. The first of a kind is entered at once, its repeats of
 * a minute as one row with their number, so that a looping agent does not fill the ledger.
 */
export type CallRecord = {
  /** Throws when the ledger does not take it. */
  read(asker: LedgerAsker, tool: string): void
  /** @param tool undefined for a name that is no tool of ours: an agent may make up any number of those */
  refused(asker: LedgerAsker, tool: string | undefined, code: ErrorCode, rule: string | undefined): void
  /** Whether no call of this kind was said to come within the last minute. */
  isFirst(asker: LedgerAsker, tool: string): boolean
  /** Enters what was counted and not entered yet. */
  close(): void
}

const window = 60_000

type Counted = { readonly entry: LedgerEntry; repeats: number; stop(): void }

export const createCallRecord = (deps: {
  readonly ledger: Pick<Ledger, 'append' | 'note'>
  readonly time: Time
}): CallRecord => {
  const { ledger, time } = deps
  const counted = new Map<string, Counted>()
  const seen = new Map<string, () => void>()

  // A read changes nothing that a power cut could contradict, so nobody waits for the disk.
  const write = (entry: LedgerEntry) => (entry.outcome === 'done' ? ledger.note(entry) : ledger.append(entry))

  const flush = (key: string) => {
    const known = counted.get(key)
    if (known === undefined) return
    known.stop()
    counted.delete(key)
    if (known.repeats === 0) return
    const { repeats, entry } = known
    quietly(() => write({ ...entry, details: { ...entry.details, times: repeats } }))
    count(key, entry)
  }
  const count = (key: string, entry: LedgerEntry) => {
    counted.set(key, { entry, repeats: 0, stop: time.after(window, () => flush(key)) })
  }
  const enter = (entry: LedgerEntry) => {
    const key = JSON.stringify([entry.asker, entry.tool, entry.outcome, entry.code, entry.details])
    const known = counted.get(key)
    if (known !== undefined) {
      known.repeats += 1
      return
    }
    write(entry)
    count(key, entry)
  }

  return {
    read: (asker, tool) => enter({ kind: 'call', asker, tool, outcome: 'done' }),
    refused: (asker, tool, code, rule) =>
      quietly(() =>
        enter({
          kind: 'call',
          asker,
          ...(tool === undefined ? {} : { tool }),
          outcome: 'refused',
          code,
          ...(rule === undefined ? {} : { details: { rule } }),
        }),
      ),
    isFirst: (asker, tool) => {
      const key = JSON.stringify([asker, tool])
      if (seen.has(key)) return false
      seen.set(
        key,
        time.after(window, () => seen.delete(key)),
      )
      return true
    },
    close: () => {
      for (const stop of seen.values()) stop()
      seen.clear()
      for (const key of counted.keys()) flush(key)
      for (const { stop } of counted.values()) stop()
      counted.clear()
    },
  }
}

/** A refusal stands whether or not the ledger takes it. */
const quietly = (act: () => unknown): void => {
  try {
    act()
  } catch {
    // Such as a full disk, which every call that would write tells of by itself.
  }
}
