import { CountersignError } from '@countersign/shared/errors'
import { publicRow } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Approvals } from '../../approvals/approvals.ts'
import type { Browsers } from '../../bridge/browsers.ts'
import type { Remembered } from '../../ledger/countersigning.ts'
import type { Heads } from '../../ledger/heads.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { handler, type Handler } from '../handler.ts'
import type { KnownBrowser, LedgerEntryTold, LedgerHeads } from '../ledger-answers.ts'

/** What the terminal may read of the ledger. */
export const ledgerHandlers = (deps: {
  readonly ledger: Pick<Ledger, 'list' | 'page' | 'ofCall'>
  readonly heads: Pick<Heads, 'stored'>
  readonly approvals: Pick<Approvals, 'find'>
  readonly browsers: Pick<Browsers, 'paired'>
  remembered(): readonly Remembered[]
}): readonly Handler[] => {
  const { ledger, heads, approvals, browsers } = deps
  const paired = (): KnownBrowser[] =>
    browsers.paired().map(({ signingKey, label, fingerprint }) => ({ key: signingKey, label, fingerprint }))

  return [
    handler({
      // The newest, or the newest before an entry; oldest first. In pages, so that nobody else has to wait.
      name: 'ledger.list',
      params: z.strictObject({ limit: z.int().min(1).max(1000), before: z.int().optional() }),
      run: (which) => Promise.resolve(ledger.list(which).map(publicRow)),
    }),
    handler({
      // As it lies there, from the first entry on.
      name: 'ledger.page',
      params: z.strictObject({ after: z.int(), limit: z.int().min(1).max(1000) }),
      run: ({ after, limit }) => Promise.resolve(ledger.page(after, limit)),
    }),
    handler({
      name: 'ledger.heads',
      params: z.strictObject({}),
      run: () => {
        const remembered = deps
          .remembered()
          .map(({ browser: key, label, fingerprint, head }) => ({ key, label, fingerprint, head }))
        return Promise.resolve<LedgerHeads>({ kept: [...heads.stored()], remembered, paired: paired() })
      },
    }),
    handler({
      name: 'ledger.entry',
      params: z.strictObject({ seq: z.int().positive() }),
      run: ({ seq }) => {
        const [entry] = ledger.page(seq - 1, 1).rows
        const { seq: found, call, request } = marks.parse(entry ?? {})
        if (found !== seq) throw new CountersignError('no_such_entry', { message: `The ledger has no entry ${seq}.` })
        return Promise.resolve<LedgerEntryTold>({
          entry,
          call: call === null ? [] : [...ledger.ofCall(call)],
          approval: (request !== null && approvals.find(request)) || null,
          paired: paired(),
        })
      },
    }),
  ]
}

/** What ties an entry to others; it may have been damaged. */
const marks = z
  .object({
    seq: z.int().nullable().catch(null),
    call: z.string().nullable().catch(null),
    details: z.object({ request: z.string() }).nullable().catch(null),
  })
  .transform(({ details, ...more }) => ({ ...more, request: details?.request ?? null }))
