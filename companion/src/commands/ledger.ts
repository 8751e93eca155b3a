import { z } from 'zod'
import { ask } from './ask.ts'
import type { Terminal } from './terminal.ts'

const row = z.strictObject({
  seq: z.int(),
  at: z.iso.datetime(),
  kind: z.string(),
  asker: z.string(),
  tool: z.string().nullable(),
  outcome: z.string(),
  code: z.string().nullable(),
  hash: z.string(),
})

/** The newest rows of the ledger, oldest first. */
export const listLedger = async (terminal: Terminal, limit: number): Promise<void> => {
  const rows = await ask(terminal, { command: 'ledger.list', params: { limit }, result: z.array(row) })
  for (const { seq, at, kind, asker, tool, outcome, code, hash } of rows) {
    if (terminal.json) {
      terminal.say(JSON.stringify({ seq, at, kind, asker, tool, outcome, code, hash }))
      continue
    }
    const what = [asker, tool, outcome, code === null ? null : `(${code})`].filter((part) => part !== null).join(' ')
    terminal.say(`${String(seq).padStart(5)}  ${at.slice(0, 19).replace('T', ' ')}  ${kind.padEnd(15)}  ${what}`)
  }
}
