import { digest } from '../canonical.ts'
import type { ChainHead } from './chain.ts'
import { ledgerRow } from './row.ts'

/**
 * Where these rows lead to, when each follows on the one before and is as it was written, and they go on from `from`: the first
 * follows on it, or it is among them. (Who shows them may not have heard yet how far they were signed.) Undefined when they don't.
 * Without `from` there is nothing yet that they could have to go on from.
 */
export const follow = async (rows: readonly unknown[], from: ChainHead | null): Promise<ChainHead | undefined> => {
  let head: ChainHead | undefined
  let goesOn = from === null
  for (const found of rows) {
    const row = ledgerRow.safeParse(found).data
    if (row === undefined) return undefined
    const { hash, ...content } = row
    if (head !== undefined && !isNext(row, head)) return undefined
    if ((await digest(content)) !== hash) return undefined
    if (from !== null && head === undefined && isNext(row, from)) goesOn = true
    head = { seq: row.seq, hash }
    if (from !== null && head.seq === from.seq && head.hash === from.hash) goesOn = true
  }
  if (head === undefined) return from ?? undefined
  return goesOn ? head : undefined
}

const isNext = ({ seq, prev }: { readonly seq: number; readonly prev: string }, head: ChainHead): boolean =>
  seq === head.seq + 1 && prev === head.hash
