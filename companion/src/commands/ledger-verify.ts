import { resolve } from 'node:path'
import { checkLedger, type LedgerReport } from '@countersign/shared/ledger/check-ledger'
import { sha256 } from '../ledger/sha256.ts'
import { checkFile, readKeyFile } from './ledger-file.ts'
import { ledgerRows, openLedger } from './ledger-source.ts'
import { reportInWords } from './ledger-words.ts'
import type { Terminal } from './terminal.ts'

/** What a key is called: the browser that is paired with it, or the file that it was given in. */
type Named = { readonly label: string; readonly fingerprint: string | null }

/** Checks the ledger of the companion that runs, or an exported one by itself, and says what it found. */
export const verifyLedger = async (
  terminal: Terminal,
  { file, keys }: { file: string | undefined; keys: readonly string[] },
): Promise<void> => {
  const given = new Map<string, Named>(
    keys.map((path) => [readKeyFile(path), { label: `the key in ${path}`, fingerprint: null }]),
  )
  const { report, names, where } =
    file === undefined ? await verifyOwn(terminal, given) : await verifyFile(terminal, resolve(file), given)
  if (report.fault !== null) terminal.bad()
  if (terminal.json) terminal.say(JSON.stringify(asJson(report, names)))
  else terminal.say(reportInWords(report, { where, nameOf: (key) => named(names.get(key)) }))
}

type Checked = {
  readonly report: LedgerReport
  readonly names: ReadonlyMap<string, Named>
  readonly where: 'companion' | 'database' | 'file'
}

const verifyOwn = async (terminal: Terminal, given: ReadonlyMap<string, Named>): Promise<Checked> => {
  const source = await openLedger(terminal)
  try {
    const { kept, remembered, paired } = await source.heads()
    const names = new Map<string, Named>(
      [...paired, ...remembered].map(({ key, label, fingerprint }) => [key, { label, fingerprint }]),
    )
    const onlyTrusted = given.size > 0
    const check = checkLedger({ sha256, trusted: new Set((onlyTrusted ? given : names).keys()), onlyTrusted })
    for (const { key, head } of remembered) check.remembers(key, head)
    for (const head of kept) await check.line({ head })
    for await (const row of ledgerRows(source)) await check.line(row)
    const report = check.report()
    // Each browser signs right after its pairing. Where none of their heads is left, the end may be cut as well.
    const signedByNone = paired.length > 0 && report.signed === null && report.fault === null
    const fault = signedByNone ? ({ what: 'unsigned', entry: 1 } as const) : report.fault
    return { report: { ...report, fault }, names: new Map([...given, ...names]), where: source.where }
  } finally {
    source.close()
  }
}

const verifyFile = async ({ signal }: Terminal, path: string, given: ReadonlyMap<string, Named>): Promise<Checked> => {
  const check = checkLedger({ sha256, trusted: new Set(given.keys()), onlyTrusted: given.size > 0 })
  await checkFile(path, check, signal)
  return { report: check.report(), names: given, where: 'file' }
}

const named = (name: Named | undefined): string | undefined =>
  name && (name.fingerprint === null ? name.label : `${name.label} (${name.fingerprint})`)

const asJson = ({ entries, signed, unsigned, ignored, fault }: LedgerReport, names: ReadonlyMap<string, Named>) => {
  const name = signed === null ? undefined : names.get(signed.browser)
  return {
    ok: fault === null,
    entries,
    signed: signed && {
      entry: signed.head.seq,
      at: signed.at,
      key: signed.browser,
      vouched: signed.vouched,
      browser: name?.fingerprint == null ? null : name.label,
      fingerprint: name?.fingerprint ?? null,
    },
    unsigned,
    ignored,
    fault: fault && { what: fault.what, entry: fault.entry },
  }
}
