import { randomUUID } from 'node:crypto'
import { ledgerAt } from './ledger-at.ts'

// node scripts/run-typescript.mjs companion/src/testing/time-ledger.ts ROUNDS HOME...
// Prints a JSON line for each state folder, with the milliseconds that each act on its ledger took. The folders take turns.

const [, , rounds = '', ...homes] = process.argv
const asker = { kind: 'agent', label: 'Claude Code' } as const
const timed = (act: () => unknown): number => {
  const began = performance.now()
  act()
  return performance.now() - began
}

const sides = homes.map((home) => ({ at: ledgerAt(home), append: [0], call: [0], list: [0] }))
const warmUps = 3
for (let round = 0; round < Number(rounds) + warmUps; round += 1) {
  for (const { at, append, call, list } of sides) {
    append[round] = timed(() => at.ledger.append({ kind: 'call', asker, tool: 'session_status' }))
    const id = randomUUID()
    call[round] = timed(() => {
      at.ledger.begin({ call: id, asker, tool: 'save_session' })
      at.ledger.settle(id, { outcome: 'done' })
    })
    list[round] = timed(() => at.ledger.list({ limit: 100 }))
  }
}
for (const { at, append, call, list } of sides) {
  process.stdout.write(
    `${JSON.stringify({ append: append.slice(warmUps), call: call.slice(warmUps), list: list.slice(warmUps) })}\n`,
  )
  at.database.close()
}
