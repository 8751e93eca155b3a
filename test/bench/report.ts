import type { Aim, Row, Taken, Unit } from './measure.ts'
import { median, quantile } from './statistics.ts'

/** A row with all that can be said of its samples. */
export type Judged = {
  readonly what: string
  readonly unit: Unit
  readonly count: number
  readonly median: number
  readonly p10: number
  readonly p90: number
  /** Of the medians; null when it is held against nothing. */
  readonly ratio: number | null
  readonly against: string | null
  readonly aim: (Aim & { readonly met: boolean }) | null
  readonly samples: readonly number[]
}

export function judge({ rows }: Taken): readonly Judged[] {
  return rows.map((row) => {
    const middle = median(row.samples)
    if (Number.isNaN(middle)) throw new Error(`"${row.what}" has no sample.`)
    const ratio = row.against === undefined ? null : middle / median(named(rows, row.against).samples)
    return {
      what: row.what,
      unit: row.unit,
      count: row.samples.length,
      median: middle,
      p10: quantile(row.samples, 0.1),
      p90: quantile(row.samples, 0.9),
      ratio,
      against: row.against ?? null,
      aim:
        row.aim === undefined
          ? null
          : { ...row.aim, met: (row.aim.of === 'ratio' ? (ratio ?? Number.NaN) : middle) <= row.aim.atMost },
      samples: row.samples,
    }
  })
}

function named(rows: readonly Row[], what: string): Row {
  const found = rows.find((row) => row.what === what)
  if (found === undefined) throw new Error(`There is no row "${what}" to hold anything against.`)
  return found
}

const head = ['', 'median', 'p10 .. p90', 'ratio', 'aim'] as const

export function tableOf(rows: readonly Judged[]): string {
  return inColumns([head, ...rows.map(cellsOf)])
}

function cellsOf({ what, unit, count, median: middle, p10, p90, ratio, aim }: Judged): readonly string[] {
  return [
    what,
    `${plain(middle)} ${unit}`,
    count < 2 ? '' : `${plain(p10)} .. ${plain(p90)}`,
    ratio === null ? '' : `${ratio.toFixed(2)} x`,
    aim === null ? '' : wordsOf(aim, unit),
  ]
}

export function wordsOf({ met, of, atMost }: Aim & { readonly met: boolean }, unit: Unit): string {
  const limit = of === 'ratio' ? `${Number(atMost.toFixed(2))} x` : `${atMost} ${unit}`
  return `${met ? '✓ met' : '✗ missed'}: at most ${limit}`
}

/** With as many digits as mean something. */
function plain(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** Names to the left, numbers to the right. */
function inColumns(lines: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('   ')
        .trimEnd(),
    )
    .map((line) => `    ${line}`.trimEnd())
    .join('\n')
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === head.length - 1 ? cell.padEnd(width) : cell.padStart(width)
}
