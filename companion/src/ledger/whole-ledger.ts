import { setImmediate as nextTurn } from 'node:timers/promises'
import { chainHead, chainStart } from '@countersign/shared/ledger/chain'
import { checkChain, type ChainFault } from '@countersign/shared/ledger/check-chain'
import { z } from 'zod'
import type { Alarms } from '../access/alarms.ts'
import type { Database } from '../database/database.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { getJson, putJson } from '../vault/sealed-json.ts'
import { sha256 } from './sha256.ts'
import { storedPage } from './stored-row.ts'

/**
 * Whether every entry is as it was written. What is muted, paused, shut out and in force is told by entries of long ago, too, which a
 * countersigned head alone does not look at: it says that the chain ended there, and the chain has to be gone through to know.
 */
export type WholeLedger = {
  /** Goes through all of it, before anybody is served. Raises the alarm for what does not fit. */
  check(): Promise<void>
  /** She has looked: what lies there now is what is held against later. */
  looked(): Promise<void>
}

const item = 'ledger looked at'
/** What there was when she looked, whole or not: up to this entry, and the digest of all of it as it lay there. */
const lookedAt = z.strictObject({ head: chainHead, digest: z.string() })

/** Few enough that others get a turn in between. */
const page = 500

export const createWholeLedger = (deps: {
  readonly database: Pick<Database, 'all'>
  readonly items: Pick<SealedItems, 'get' | 'put'>
  readonly alarms: Pick<Alarms, 'raise'>
  /** Ends the going through. */
  readonly signal: AbortSignal
}): WholeLedger => {
  const { database, items, alarms, signal } = deps

  async function* rows(): AsyncGenerator {
    for (let after: number | null = Number.MIN_SAFE_INTEGER; after !== null && !signal.aborted;) {
      const found = storedPage(database, after, page)
      yield* found.rows
      after = found.next
      await nextTurn()
    }
  }

  const faultIn = async (): Promise<Pick<ChainFault<never>, 'what' | 'entry'> | null> => {
    const known = knownTo(items)
    const chain = checkChain<never>(sha256, known?.head ?? chainStart)
    let digest = ''
    for await (const row of rows()) {
      if (known !== undefined && seqOf(row) <= known.head.seq) digest = folded(digest, row)
      else chain.row(row)
    }
    if (known !== undefined && digest !== known.digest) return { what: 'altered', entry: known.head.seq }
    return chain.verdict().fault
  }

  return {
    check: async () => {
      const fault = await faultIn()
      if (fault === null || signal.aborted) return
      const text = `The ledger was changed at entry ${fault.entry} or before it: somebody may have taken out that an agent was muted or shut out. No agent’s call passes until you have looked. Look at your agents and at \`countersign ledger verify\`.`
      alarms.raise({ alarm: 'ledger_diverged', about: null, text }, { entry: fault.entry, fault: fault.what })
    },
    looked: async () => {
      let digest = ''
      let last: unknown
      for await (const row of rows()) {
        digest = folded(digest, row)
        last = row
      }
      const head = placed.safeParse(last).data
      if (head !== undefined && !signal.aborted) putJson(items, item, { head, digest })
    },
  }
}

/** Without what else stands in a row. */
const placed = z.object(chainHead.shape)

const seqOf = (row: unknown): number => z.looseObject({ seq: z.number() }).safeParse(row).data?.seq ?? -Infinity

const folded = (digest: string, row: unknown): string => sha256(digest + JSON.stringify(row))

/** What does not open is taken for nothing: then all of it has to fit, which is the stricter. */
const knownTo = (items: Pick<SealedItems, 'get'>) => {
  try {
    return getJson(items, item, lookedAt)
  } catch {
    return undefined
  }
}
