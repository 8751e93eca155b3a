import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { CountersignError } from '@countersign/shared/errors'
import { chained, chainStart, genesis, rowHash, type ChainHead } from '@countersign/shared/ledger/chain'
import {
  ledgerRow,
  type LedgerAsker,
  type LedgerDetails,
  type LedgerKind,
  type LedgerOutcome,
  type LedgerRow,
} from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Time } from '../time.ts'
import { sha256 } from './sha256.ts'
import {
  ledgerColumns,
  readColumns,
  rebuiltRow,
  storedPage,
  storedRow,
  storedValues,
  type LedgerPage,
} from './stored-row.ts'

export type LedgerEntry = {
  /** A `call` of its own is one that read, or was refused before it began. */
  readonly kind: Exclude<LedgerKind, 'interrupted'>
  readonly asker: LedgerAsker
  readonly tool?: string
  /** `done` unless told. */
  readonly outcome?: Exclude<LedgerOutcome, 'intent' | 'interrupted'>
  readonly code?: string
  readonly details?: LedgerDetails
}

/** Every call, decision, capture and release, each row chained to the one before. What a method gives is on the disk, but for notes. */
export type Ledger = {
  append(entry: LedgerEntry): LedgerRow
  /** For what only read: as `append`, but it is on the disk with the next row that is appended. */
  note(entry: LedgerEntry): LedgerRow
  /** Before an act that writes: without this row, it must not happen. `call` is an id of its own. */
  begin(call: { call: string; asker: LedgerAsker; tool: string; details?: LedgerDetails }): LedgerRow
  /** After it. Each call is settled once. */
  settle(
    call: string,
    how: { outcome: 'done' | 'refused' | 'failed'; code?: string; details?: LedgerDetails },
  ): LedgerRow
  /** Oldest first: of those after `after`, or else the newest, or the newest before `before`. */
  list(which?: { limit?: number; after?: number; before?: number | undefined }): LedgerRow[]
  head(): ChainHead
  /** Whether this head is one that the ledger has been at, and the entry there is as it was written. */
  holds(head: ChainHead): boolean
  /** Those after the entry `after`, as they lie there. */
  page(after: number, limit: number): LedgerPage
  /** The rows of one call, as they lie there. */
  ofCall(call: string): readonly unknown[]
  /** Milliseconds since 1970, and never earlier than any row: what deadlines that outlive the process are held against. */
  now(): number
  /** Tells of each row once it is on the disk. Gives the way to stop. The listener must not throw. */
  onAppend(listener: (row: LedgerRow) => void): () => void
}

type Draft = Omit<LedgerRow, 'seq' | 'prev' | 'hash' | 'at'>

/** Opens the ledger, and enters for each call that was under way when the process before ended that it was interrupted. */
export const createLedger = (deps: { readonly database: Database; readonly time: Pick<Time, 'wall'> }): Ledger => {
  const { database, time } = deps
  const listeners = new Set<(row: LedgerRow) => void>()

  const rows = (rest: string, params: readonly (string | number)[]): unknown[] =>
    database.all(`select ${readColumns} from ledger ${rest}`, params, storedRow).map(rebuiltRow)
  const last = (): LedgerRow | undefined => rows('order by seq desc limit 1', []).map(whole)[0]
  const now = (newest = last()): number => Math.max(time.wall(), newest === undefined ? 0 : Date.parse(newest.at))

  const write = (draft: Draft): LedgerRow =>
    database.transaction(() => {
      const newest = last()
      const at = new Date(now(newest)).toISOString()
      const row = chained(ledgerRow.omit(placed).parse({ ...harmless(draft), at }), newest ?? chainStart, sha256)
      const marks = storedValues(row).map(() => '?')
      database.run(`insert into ledger (${ledgerColumns}) values (${marks.join(', ')})`, storedValues(row))
      database.afterCommit(() => {
        for (const listener of listeners) listener(row)
      })
      return row
    })

  const unsettled = (rest: string, params: readonly string[]): LedgerRow[] =>
    rows(
      `as intent where outcome = 'intent' and not exists
        (select 1 from ledger as later where later.call = intent.call and later.outcome <> 'intent') ${rest}`,
      params,
    ).map(whole)

  const interrupt = () => {
    for (const { asker, tool, call } of unsettled('order by seq', [])) {
      write({ kind: 'interrupted', asker, tool, call, outcome: 'interrupted', code: null, details: {} })
    }
  }
  database.transaction(interrupt)

  return {
    append: (entry) => write(draftOf(entry)),
    note: (entry) => database.lightly(() => write(draftOf(entry))),
    begin: ({ call, asker, tool, details = {} }) =>
      write({ kind: 'call', asker, tool, call, outcome: 'intent', code: null, details }),
    settle: (call, { outcome, code = null, details = {} }) =>
      database.transaction(() => {
        const [intent] = unsettled('and call = ?', [call])
        if (intent === undefined) throw new CountersignError('internal', { message: 'No such call is under way.' })
        return write({ kind: 'call', asker: intent.asker, tool: intent.tool, call, outcome, code, details })
      }),
    list: ({ limit = 100, after, before = Number.MAX_SAFE_INTEGER } = {}) =>
      after === undefined
        ? rows('where seq < ? order by seq desc limit ?', [before, limit]).map(whole).toReversed()
        : rows('where seq > ? order by seq limit ?', [after, limit]).map(whole),
    head: () => {
      const newest = last()
      return newest === undefined ? chainStart : { seq: newest.seq, hash: newest.hash }
    },
    holds: ({ seq, hash }) => {
      if (seq === 0) return hash === genesis
      const [row] = rows('where seq = ?', [seq])
      return row !== undefined && isRow(row) && row.hash === hash && rowHash(row, sha256) === hash
    },
    page: (after, limit) => storedPage(database, after, limit),
    ofCall: (call) => rows('where call = ? order by seq', [call]),
    now: () => now(),
    onAppend: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const draftOf = ({ kind, asker, tool, outcome, code, details }: LedgerEntry): Draft => ({
  kind,
  asker,
  tool: tool ?? null,
  call: null,
  outcome: outcome ?? 'done',
  code: code ?? null,
  details: details ?? {},
})

// A tool's name may be any text that an agent made up.
const harmless = (draft: Draft): Draft => ({
  ...draft,
  tool: draft.tool === null ? null : harmlessText(draft.tool, 200).text,
  asker: { ...draft.asker, label: harmlessText(draft.asker.label, 100).text },
})

const isRow = (row: unknown): row is LedgerRow => ledgerRow.safeParse(row).success

const placed = { seq: true, prev: true, hash: true } as const

const whole = (row: unknown): LedgerRow => {
  const parsed = ledgerRow.safeParse(row)
  if (parsed.success) return parsed.data
  const seq = z.object({ seq: z.int() }).safeParse(row).data?.seq
  throw new CountersignError('ledger_damaged', { message: `Entry ${seq ?? '?'} of the ledger is damaged.` })
}
