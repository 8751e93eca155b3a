import { existsSync } from 'node:fs'
import { CountersignError } from '@countersign/shared/errors'
import { ledgerRow } from '@countersign/shared/ledger/row'
import { headDocument } from '@countersign/shared/ledger/signed-head'
import { z } from 'zod'
import { ledgerHeads, ledgerPage, type LedgerHeads } from '../control/ledger-answers.ts'
import { dialCompanion } from '../control/dial.ts'
import { createHeads } from '../ledger/heads.ts'
import { storedNewest, storedPage, type LedgerPage } from '../ledger/stored-row.ts'
import type { Machine } from '../machine.ts'
import { locateStateFolder } from '../state-folder.ts'
import { ask } from './ask.ts'
import type { Terminal } from './terminal.ts'

/** Where a ledger is read from, in pages. */
export type LedgerSource = {
  readonly where: 'companion' | 'database'
  heads(): Promise<LedgerHeads>
  page(after: number): Promise<LedgerPage>
  close(): void
}

/**
 * The ledger of the companion that runs. Where none can, since it enters nothing after an entry that is damaged, that of the
 * database itself; whose keys the heads are by is then not known. Throws `not_running`.
 */
export const openLedger = async (terminal: Terminal): Promise<LedgerSource> => {
  const socket = await dialCompanion(terminal.machine)
  socket?.destroy()
  return socket === undefined ? openStopped(terminal.machine) : runningLedger(terminal)
}

/** Few enough that nobody else has to wait while the companion reads them. */
const limit = 500

const runningLedger = (terminal: Terminal): LedgerSource => ({
  where: 'companion',
  heads: () => ask(terminal, { command: 'ledger.heads', params: {}, result: ledgerHeads }),
  page: (after) => ask(terminal, { command: 'ledger.page', params: { after, limit }, result: ledgerPage }),
  close: () => undefined,
})

const openStopped = async (machine: Machine): Promise<LedgerSource> => {
  const file = locateStateFolder(machine).database
  if (!existsSync(file)) throw new CountersignError('not_running')
  const { openDatabase } = await import('../database/open.ts')
  const database = openDatabase(file, machine)
  const newest = storedNewest(database)
  if (newest === undefined || ledgerRow.safeParse(newest).success) {
    database.close()
    throw new CountersignError('not_running')
  }
  return {
    where: 'database',
    heads: () => Promise.resolve({ kept: [...createHeads(database).stored()], remembered: [], paired: [] }),
    page: (after) => Promise.resolve(storedPage(database, after, limit)),
    close: () => database.close(),
  }
}

/** Every row, page by page. */
export async function* ledgerRows({ page }: Pick<LedgerSource, 'page'>): AsyncGenerator {
  for (let after: number | null = Number.MIN_SAFE_INTEGER; after !== null;) {
    const { rows, next } = await page(after)
    yield* rows
    after = next
  }
}

/** A ledger line by line, as it is exported: each entry, and each head right behind the entry that it signs. */
export async function* ledgerLines(rows: AsyncIterable<unknown>, heads: readonly unknown[]): AsyncGenerator {
  const waiting = heads.map((head) => ({ entry: entryOf(head), line: { head } })).sort((a, b) => a.entry - b.entry)
  for await (const row of rows) {
    const { seq } = numbered.parse(row)
    while ((waiting[0]?.entry ?? seq) < seq) yield waiting.shift()?.line
    yield row
  }
  for (const { line } of waiting) yield line
}

const numbered = z.object({ seq: z.number() })

/** What is no head any more comes last. */
const entryOf = (head: unknown): number =>
  z.object({ document: headDocument.pick({ head: true }).loose() }).safeParse(head).data?.document.head.seq ??
  Number.POSITIVE_INFINITY
