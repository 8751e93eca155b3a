import { approvalDocument } from '@countersign/shared/approval/countersignature'
import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { CountersignError } from '@countersign/shared/errors'
import { rowHash } from '@countersign/shared/ledger/chain'
import { ledgerRow, type LedgerRow } from '@countersign/shared/ledger/row'
import { ledgerEntry } from '../control/ledger-answers.ts'
import { sha256 } from '../ledger/sha256.ts'
import { ask } from './ask.ts'
import { checkKept, type KeptApproval } from './kept-approval.ts'
import type { Terminal } from './terminal.ts'

/** One entry whole, with the others of its call, and for an approval what was signed, checked. */
export const showEntry = async (terminal: Terminal, seq: number): Promise<void> => {
  const told = await ask(terminal, { command: 'ledger.entry', params: { seq }, result: ledgerEntry })
  const entry = ledgerRow.safeParse(told.entry).data
  if (entry === undefined) throw new CountersignError('ledger_damaged', { message: `Entry ${seq} is damaged.` })
  const shown: Shown = {
    entry,
    good: typeof told.entry === 'object' && told.entry !== null && rowHash(told.entry, sha256) === entry.hash,
    call: told.call.flatMap((row) => ledgerRow.safeParse(row).data ?? []),
    approval: await checkKept(entry, told),
  }
  if (terminal.json) return terminal.say(JSON.stringify(shown))
  terminal.say(entryInWords(shown))
}

export type Shown = {
  readonly entry: LedgerRow
  /** Whether its hash is that of its content. */
  readonly good: boolean
  readonly call: readonly LedgerRow[]
  readonly approval: KeptApproval | null
}

export const entryInWords = ({ entry, good, call, approval }: Shown): string => {
  const { seq, at, kind, asker, tool, outcome, code, details, prev, hash } = entry
  return inRows([
    ['Entry', String(seq)],
    ['Time', timeOf(at)],
    ['What', kind],
    ['Asked by', `${shown(asker.label)} (${asker.kind})`],
    ...(tool === null ? [] : [['For', shown(tool)] as const]),
    ['Outcome', code === null ? outcome : `${outcome} (${shown(code)})`],
    ...Object.entries(details).map(([name, value]) => [shown(name), shown(wordOf(value))] as const),
    ['Before it', prev],
    ['Hash', good ? `${hash}, which fits` : `${hash}, which does not fit: run \`countersign ledger verify\``],
    ...(approval === null ? [] : approvalRows(approval)),
    ...call
      .filter((other) => other.seq !== seq)
      .map(
        (other) => ['Same call', `entry ${other.seq}, ${timeOf(other.at)}, ${other.kind}, ${other.outcome}`] as const,
      ),
  ])
}

type Row = readonly [name: string, text: string]

const approvalRows = ({ document, good, browser, fingerprint }: KeptApproval): readonly Row[] => {
  const whose = browser === null ? 'by a browser that is not paired now' : `by ${shown(browser)} (${fingerprint})`
  const verdict: Row = ['Signature', good ? `good, ${whose}` : 'BAD: this was not signed as it stands here']
  const signed = approvalDocument.safeParse(document).data
  if (signed === undefined) return [verdict]
  return [
    verdict,
    ['Signed', `${signed.answer}, ${shown(signed.tool)}, for ${shown(signed.grant.label)}, at ${timeOf(signed.at)}`],
    ...(signed.reason === null ? [] : [['Her words', shown(signed.reason)] as const]),
    ['Arguments', signed.args],
    ['Shown', signed.shown],
    ['Key', signed.browser],
  ]
}

const timeOf = (at: string): string => `${at.slice(0, 19).replace('T', ' ')} UTC`

// The terminal does what characters in a text tell it; and somebody may have written that text.
const shown = (text: string): string => harmlessText(text, 1000).text

const wordOf = (value: LedgerRow['details'][string]): string =>
  Array.isArray(value) ? value.join(', ') : String(value ?? 'none')

const inRows = (rows: readonly Row[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, text]) => `${name.padEnd(width)}${text}`.trimEnd()).join('\n')
}
