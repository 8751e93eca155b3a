import { canonicalJson } from '@countersign/shared/canonical'
import type { ApprovalDocument, Countersigned } from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { CountersignatureSequence } from '../access/countersignature-sequence.ts'
import type { ConnectedBrowser } from '../bridge/browsers.ts'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Every answer that counted, kept as it was signed. */
export type Approvals = {
  /** The highest number taken from this signing key. */
  lastSeq(browserKey: string): number
  /** Keeps the answer, its number and its ledger row, all or none; durable when it returns. Throws when it can't. */
  accept(answer: { from: ConnectedBrowser; asker: LedgerAsker; signed: Countersigned }): void
  /** What was kept under a request's id, as it lies there: for whoever checks it. */
  find(request: string): { readonly document: unknown; readonly signature: string } | undefined
}

const kept = z.object({ document: meddledText, signature: meddledText })
const keptColumns = `${asBytes('document')}, ${asBytes('signature')}`

export const createApprovals = (deps: {
  readonly database: Database
  readonly sequence: CountersignatureSequence
  readonly ledger: Pick<Ledger, 'append'>
  /** Within the same transaction: what a click on Deny brings about. */
  denied?(document: ApprovalDocument): void
}): Approvals => ({
  lastSeq: (browserKey) => deps.sequence.last(browserKey),
  accept: ({ from, asker, signed: { document, signature } }) => {
    deps.database.transaction(() => {
      if (!deps.sequence.take(document.browser, document.seq)) throw new CountersignError('countersignature_invalid')
      deps.database.run(
        `insert into approvals (request, browser, seq, answer, at, document, signature) values (?, ?, ?, ?, ?, ?, ?)`,
        [
          document.request,
          document.browser,
          document.seq,
          document.answer,
          document.at,
          canonicalJson(document),
          signature,
        ],
      )
      deps.ledger.append({
        kind: 'approval',
        asker,
        tool: document.tool,
        ...(document.answer === 'approve' ? {} : { outcome: 'refused', code: 'approval_denied' }),
        details: { request: document.request, browser: from.fingerprint, countersignature: document.seq },
      })
      if (document.answer === 'deny') deps.denied?.(document)
      const { request, tool, scope } = document
      if (scope === 'once') return
      const details = { request, browser: from.fingerprint, ...lasting(scope) }
      deps.ledger.append({ kind: 'remembered', asker, tool, details })
    })
  },
  find: (request) => {
    const found = deps.database.get(`select ${keptColumns} from approvals where request = ?`, [request], kept)
    return found && { document: parsed(found.document), signature: found.signature }
  },
})

const lasting = ({ sameArguments, ...scope }: Exclude<ApprovalDocument['scope'], 'once'>) => ({
  until: scope.for === 'browser' ? 'the browser closes' : scope.until,
  sameArguments,
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
