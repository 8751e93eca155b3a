import { publicRow } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Ledger } from '../../ledger/ledger.ts'
import { handler, type Handler } from '../handler.ts'

/** The newest rows, oldest first. */
export const ledgerListHandler = (ledger: Pick<Ledger, 'list'>): Handler =>
  handler({
    name: 'ledger.list',
    params: z.strictObject({ limit: z.int().min(1).max(100_000) }),
    run: ({ limit }) => Promise.resolve(ledger.list({ limit }).map(publicRow)),
  })
