import { randomUUID } from 'node:crypto'
import { ledgerAt } from './ledger-at.ts'

// node scripts/run-typescript.mjs companion/src/testing/fill-ledger.ts HOME ROWS
// Fills the ledger of a state folder up to this many rows, give or take two, such as months of use leave behind. No companion may run there.

const [, , home = '', most = ''] = process.argv
const rows = Number(most)
const { database, ledger } = ledgerAt(home)
const asker = { kind: 'agent', label: 'Claude Code' } as const

// Many in one transaction: each by itself would wait for the disk.
const batch = 3000
const write = (count: number) =>
  database.transaction(() => {
    for (let written = 0; written < count; written += 3) {
      const call = randomUUID()
      ledger.begin({ call, asker, tool: 'save_session' })
      ledger.append({ kind: 'call', asker, tool: 'session_status' })
      ledger.settle(call, { outcome: 'refused', code: 'approval_denied', details: { reason: 'Not now.' } })
    }
  })
for (let at = ledger.head().seq; at < rows; at += batch) write(Math.min(batch, rows - at))
database.close()
