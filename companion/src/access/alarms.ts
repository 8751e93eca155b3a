import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker, LedgerDetails } from '@countersign/shared/ledger/row'
import { lookableAlarm, type LookableAlarm } from '@countersign/shared/protocol/overview'
import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import { companionAsker } from '../ledger/askers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { getJson, putJson } from '../vault/sealed-json.ts'

/** What stands until the person has looked. It outlives the process. */
export type Alarms = {
  list(): readonly Raised[]
  /** Once for what it is about, as long as it says the same; the ledger tells when it began. */
  raise(alarm: Raised, details?: LedgerDetails): void
  /** False when there is no such alarm. Whoever calls this answers for her signature. */
  clear(alarm: Pick<Raised, 'alarm' | 'about'>, by: LedgerAsker): boolean
  /** Aborted, with its code as the reason, while an alarm stands that lets no call pass. */
  signal(): AbortSignal
  onChange(listener: () => void): () => void
}

const raised = z.strictObject({
  alarm: lookableAlarm,
  /** The fingerprint of the browser that it is about; null when it is about none. */
  about: z.string().nullable(),
  /** The sentence for the person. */
  text: z.string(),
})
export type Raised = z.output<typeof raised>

/** While one of these stands, no call passes. */
const stopsCalls: ReadonlySet<LookableAlarm> = new Set<LookableAlarm>([
  'ledger_diverged',
  'policy_altered',
  'grants_altered',
])

const item = 'alarms'

export const createAlarms = (deps: {
  readonly database: Pick<Database, 'transaction' | 'all'>
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append'>
}): Alarms => {
  const { database, items, ledger } = deps
  const listeners = new Set<() => void>()
  let all = remembered(database, items)
  let passing = new AbortController()
  let stoppedBy: LookableAlarm | undefined

  const isSame = (a: Pick<Raised, 'alarm' | 'about'>, b: Pick<Raised, 'alarm' | 'about'>) =>
    a.alarm === b.alarm && a.about === b.about
  const keep = (kind: 'alarm' | 'looked', asker: LedgerAsker, details: LedgerDetails) =>
    database.transaction(() => {
      const { seq: upTo } = ledger.append({ kind, asker, details })
      putJson(items, item, { standing: all, upTo })
    })
  const changed = () => {
    const stopping = all.find(({ alarm }) => stopsCalls.has(alarm))?.alarm
    // Where she has looked at one of several, the reason is another from then on.
    if (passing.signal.aborted && stopping !== stoppedBy) passing = new AbortController()
    stoppedBy = stopping
    if (stopping !== undefined) passing.abort(new CountersignError(stopping))
    for (const listener of listeners) listener()
  }

  changed()
  return {
    list: () => all,
    raise: (alarm, details = {}) => {
      const before = all.find((known) => isSame(known, alarm))
      // It may say another thing than when it was raised first, such as which policy holds by now. Of a ledger it is the first that tells.
      if (before !== undefined && (before.text === alarm.text || alarm.alarm === 'ledger_diverged')) return
      all = [...all.filter((known) => known !== before), alarm]
      // What closes comes first, and holds for this process even if the disk does not take it.
      changed()
      keep('alarm', companionAsker, { ...details, ...alarm })
    },
    clear: (alarm, by) => {
      const rest = all.filter((known) => !isSame(known, alarm))
      if (rest.length === all.length) return false
      const before = all
      all = rest
      try {
        keep('looked', by, { alarm: alarm.alarm, about: alarm.about })
      } catch (thrown) {
        all = before
        throw thrown
      }
      changed()
      return true
    },
    signal: () => passing.signal,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** With the newest entry about any alarm. */
const kept = z.strictObject({ standing: z.array(raised), upTo: z.int() })

/**
 * What stands by the sealed item or by the ledger: who wants to hide an alarm has to find both. That she has looked the ledger says only
 * as far as the item knows of it: anybody can add an entry.
 */
const remembered = (database: Pick<Database, 'all'>, items: SealedItems): readonly Raised[] => {
  const { standing: sealed, upTo } = fromItem(items)
  const others = fromLedger(database, upTo).filter(
    (entered) => !sealed.some(({ alarm, about }) => alarm === entered.alarm && about === entered.about),
  )
  return [...sealed, ...others]
}

const fromItem = (items: SealedItems): z.output<typeof kept> => {
  try {
    return getJson(items, item, kept) ?? { standing: [], upTo: 0 }
  } catch {
    return { standing: [touched], upTo: 0 }
  }
}

const fromLedger = (database: Pick<Database, 'all'>, upTo: number): readonly Raised[] => {
  const standing = new Map<string, Raised>()
  const rows = `select seq, kind, ${asBytes('details')} from ledger where kind in ('alarm', 'looked') order by seq`
  for (const { seq, kind, details } of database.all(rows, [], entry)) {
    if (kind === 'looked' && seq > upTo) continue
    // A look that can't be read was at nothing.
    const told = toldIn(details) ?? (kind === 'alarm' ? touched : undefined)
    if (told === undefined) continue
    const { alarm, about, text = 'An alarm that nobody has looked at yet.' } = told
    const key = JSON.stringify([alarm, about])
    if (kind === 'alarm') standing.set(key, { alarm, about, text })
    else standing.delete(key)
  }
  return [...standing.values()]
}

/** It does not open, or says nothing: somebody touched it, so whatever it said is taken for the worst. */
const touched: Raised = {
  alarm: 'ledger_diverged',
  about: null,
  text: 'What the companion remembers of its alarms was changed.',
}

const entry = z.object({ seq: z.int(), kind: z.string(), details: meddledText })

const toldIn = (details: string) => {
  try {
    return raised.partial({ text: true }).loose().safeParse(JSON.parse(details)).data
  } catch {
    return undefined
  }
}
