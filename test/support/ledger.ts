import { createHash } from 'node:crypto'
import { chained, chainStart, type ChainHead } from '@countersign/shared/ledger/chain'
import { ledgerRow as wholeRow, type LedgerRow as WholeRow } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Companion, Ran } from './companion.ts'

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

const verdict = z.strictObject({
  ok: z.boolean(),
  entries: z.int(),
  signed: z
    .strictObject({
      entry: z.int(),
      at: z.iso.datetime().nullable(),
      key: z.string().length(87),
      vouched: z.boolean(),
      browser: z.string().nullable(),
      fingerprint: z.string().nullable(),
    })
    .nullable(),
  unsigned: z.int(),
  ignored: z.int(),
  fault: z.strictObject({ what: z.string(), entry: z.int() }).nullable(),
})
export type LedgerVerdict = z.output<typeof verdict>

/** What `ledger verify --json` said; that its exit code says the same is a failure otherwise. */
export function verdictIn({ code, stdout, stderr }: Ran): LedgerVerdict {
  if (code === null || code > 1 || stderr !== '') throw new Error(`The ledger could not be checked: ${stderr}`)
  const said = verdict.parse(JSON.parse(stdout))
  if (said.ok !== (code === 0)) throw new Error(`It ended with ${code}, and says ${stdout}`)
  return said
}

/** `countersign ledger verify`, on the ledger of this companion. */
export async function verifyLedger(companion: Companion): Promise<LedgerVerdict> {
  return verdictIn(await companion.run(['ledger', 'verify', '--json']))
}

/** `countersign ledger export`: each entry and each countersigned head, as they were printed. */
export async function exportedLedger(companion: Companion): Promise<readonly string[]> {
  const { code, stdout, stderr } = await companion.run(['ledger', 'export'])
  if (code !== 0) throw new Error(`The ledger can't be exported: ${stderr}`)
  return stdout.trimEnd().split('\n')
}

/** These entries, the later of them told otherwise, each with a hash that fits. */
export function rewrittenFrom(rows: readonly WholeRow[], entry: number): readonly WholeRow[] {
  let head: ChainHead = chainStart
  return rows.map((row) => {
    const told = row.seq < entry ? row : chained({ ...row, outcome: 'failed', code: 'told_otherwise' }, head, sha256)
    head = told
    return told
  })
}

/** The entries of an exported ledger, whole. */
export function rowsIn(lines: readonly string[]): readonly WholeRow[] {
  return lines.flatMap((line) => wholeRow.safeParse(JSON.parse(line)).data ?? [])
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
