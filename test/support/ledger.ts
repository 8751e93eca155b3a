import { z } from 'zod'
import type { Companion } from './companion.ts'

const row = z.strictObject({
  seq: z.int(),
  at: z.iso.datetime(),
  kind: z.string(),
  asker: z.string(),
  tool: z.string().nullable(),
  outcome: z.string(),
  code: z.string().nullable(),
  hash: z.string().length(64),
})
export type LedgerRow = z.output<typeof row>

/** `countersign ledger list`, oldest first; a row that could not be read or is missing is a failure. */
export async function ledgerRows(companion: Companion): Promise<readonly LedgerRow[]> {
  const { code, stdout, stderr } = await companion.run(['ledger', 'list', '--json', '--limit', '100000'])
  if (code !== 0) throw new Error(`The ledger can't be listed: ${stderr}`)
  const rows = stdout.split('\n').flatMap((line) => (line === '' ? [] : [row.parse(JSON.parse(line))]))
  const gap = rows.find(({ seq }, index) => seq !== index + 1)
  if (gap !== undefined) throw new Error(`The ledger has a gap before entry ${gap.seq}.`)
  return rows
}
