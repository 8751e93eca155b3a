import { harmlessText } from '@countersign/shared/approval/harmless-text'
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
  const rows = await newest(limit, (params) => ask(terminal, { command: 'ledger.list', params, result: z.array(row) }))
  if (!terminal.json) return terminal.say(inColumns([head, ...rows.map(cellsOf)]))
  for (const { seq, at, kind, asker, tool, outcome, code, hash } of rows) {
    await terminal.write(JSON.stringify({ seq, at, kind, asker, tool, outcome, code, hash }))
  }
}

/** Few enough that nobody else has to wait while the companion reads them. */
const most = 1000

/** As many of the newest as there are, oldest first, page by page from the end. */
export const newest = async <T extends { readonly seq: number }>(
  limit: number,
  page: (which: { limit: number; before?: number }) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  const pages: (readonly T[])[] = []
  for (let left = limit; left > 0;) {
    const before = pages[0]?.[0]?.seq
    const asked = Math.min(most, left)
    const found = await page({ limit: asked, ...(before === undefined ? {} : { before }) })
    pages.unshift(found)
    left = found.length < asked ? 0 : left - asked
  }
  return pages.flat()
}

const head = ['Entry', 'Time (UTC)', 'What', 'Asked by', 'For', 'Outcome'] as const

const cellsOf = ({ seq, at, kind, asker, tool, outcome, code }: z.output<typeof row>): readonly string[] => [
  String(seq).padStart(head[0].length),
  at.slice(0, 19).replace('T', ' '),
  ...[kind, asker, tool ?? '', code === null ? outcome : `${outcome} (${code})`].map(inOneLine),
]

// The terminal does what characters in a text tell it, and somebody may have changed that text.
const inOneLine = (text: string): string => harmlessText(text, 200).text

const inColumns = (lines: readonly (readonly string[])[]): string => {
  const width = (column: number) => lines.reduce((widest, cells) => Math.max(widest, cells[column]?.length ?? 0), 0)
  const widths = head.map((_, column) => width(column))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
