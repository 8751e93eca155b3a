import { canonicalJson } from '@countersign/shared/canonical'
import { headDocument, type SignedHead } from '@countersign/shared/ledger/signed-head'
import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'

/** The newest head that each browser has countersigned. One is enough: the chain ties every entry before it to it. */
export type Heads = {
  /** Also of browsers that were unpaired since. What is no signed head any more is left out. */
  all(): readonly SignedHead[]
  /** As they lie there, also what is no signed head any more: for whoever checks them. */
  stored(): readonly unknown[]
  /** In place of this browser's earlier one. Whether it is true is the caller's question. */
  keep(signed: SignedHead): void
  /** That of this browser's signing key. */
  forget(browser: string): void
}

export const createHeads = (database: Pick<Database, 'all' | 'run'>): Heads => ({
  all: () => database.all(everyHead, [], columns).flatMap(opened),
  stored: () => database.all(everyHead, [], columns).map((row) => opened(row)[0] ?? row),
  keep: ({ document, signature }) => {
    database.run(
      `insert into ledger_heads (browser, document, signature) values (?, ?, ?)
       on conflict (browser) do update set document = excluded.document, signature = excluded.signature`,
      [document.browser, canonicalJson(document), signature],
    )
  },
  forget: (browser) => void database.run('delete from ledger_heads where browser = ?', [browser]),
})

const everyHead = `select ${asBytes('document')}, ${asBytes('signature')} from ledger_heads`
const columns = z.object({ document: meddledText, signature: meddledText })

const opened = ({ document, signature }: z.output<typeof columns>): SignedHead[] => {
  try {
    return [{ document: headDocument.parse(JSON.parse(document)), signature }]
  } catch {
    return []
  }
}
