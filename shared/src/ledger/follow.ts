import { digest } from '../canonical.ts'
import type { ChainHead } from './chain.ts'
import { ledgerRow } from './row.ts'

/**
 * Where these rows lead to, when the first follows on `from`, each on the one before, and each is as it was written; undefined when
 * they don't. Without `from` there is nothing yet that the first could follow on.
 */
export const follow = async (rows: readonly unknown[], from: ChainHead | null): Promise<ChainHead | undefined> => {
  let head = from
  for (const found of rows) {
    const row = ledgerRow.safeParse(found).data
    if (row === undefined) return undefined
    const { hash, ...content } = row
    if (head !== null && (row.seq !== head.seq + 1 || row.prev !== head.hash)) return undefined
    if ((await digest(content)) !== hash) return undefined
    head = { seq: row.seq, hash }
  }
  return head ?? undefined
}
