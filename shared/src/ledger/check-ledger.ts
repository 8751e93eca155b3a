import { z } from 'zod'
import { verifyCountersignature } from '../approval/countersignature.ts'
import type { ChainHead, Sha256 } from './chain.ts'
import { checkChain, type ChainFault } from './check-chain.ts'
import { headDocument, signedHead } from './signed-head.ts'

/** A head that a browser's key stands for. */
export type KnownHead = {
  readonly head: ChainHead
  /** The signing key, as in the document. */
  readonly browser: string
  /** When it was signed; null where only the browser's word says so. */
  readonly at: string | null
  /** Whether this key is one of those that we were told to trust. */
  readonly vouched: boolean
}

export type LedgerReport = {
  readonly entries: number
  /** The furthest head that is true: of a trusted key, or, where no trusted one signed any, of another. */
  readonly signed: KnownHead | null
  /** How many entries stand after it, so that nothing but the chain itself speaks for them. */
  readonly unsigned: number
  /** How many heads were by other keys, and did not count. */
  readonly ignored: number
  readonly fault:
    | ChainFault<KnownHead>
    /** Not one head is by the key that was asked for. */
    | { readonly what: 'unsigned'; readonly entry: number; readonly by?: undefined }
    | null
}

/** Goes through a ledger as it is exported, line by line. */
export type LedgerCheck = {
  /** An entry, or `{ head }` anywhere up to right behind the entry that it signs; in order, one at a time. */
  line(found: unknown): Promise<void>
  /** A line that is not even JSON. */
  unreadable(): void
  /** The last line, when it breaks off. */
  torn(): void
  /** What a browser says that it has signed. Before the first line. */
  remembers(browser: string, head: ChainHead): void
  report(): LedgerReport
}

/**
 * @param trusted keys of which the caller knows whose they are
 * @param onlyTrusted whether heads by other keys count for nothing
 */
export const checkLedger = (deps: {
  readonly sha256: Sha256
  readonly trusted: ReadonlySet<string>
  readonly onlyTrusted: boolean
}): LedgerCheck => {
  const { trusted, onlyTrusted } = deps
  const chain = checkChain<KnownHead>(deps.sha256)
  let ignored = 0

  const counts = (browser: string): boolean => {
    if (trusted.has(browser) || !onlyTrusted) return true
    ignored += 1
    return false
  }
  const takeHead = async (found: unknown): Promise<void> => {
    const parsed = signedHead.safeParse(found).data
    // What we write is never like that; and a head that was spoilt must not pass for one that is another's.
    if (parsed === undefined) return chain.blame('forged', placeOf(found) ?? Math.max(1, chain.verdict().head.seq))
    const { browser, head, at } = parsed.document
    if (!counts(browser)) return
    if (await verifyCountersignature(parsed)) chain.head({ head, browser, at, vouched: trusted.has(browser) })
    else chain.blame('forged', head.seq)
  }

  return {
    async line(found) {
      if (isHeadLine(found)) await takeHead(found.head)
      else chain.row(found)
    },
    unreadable: () => chain.row(undefined),
    torn: () => chain.blame('torn'),
    remembers(browser, head) {
      if (counts(browser)) chain.head({ head, browser, at: null, vouched: trusted.has(browser) })
    },
    report() {
      const { entries, passed, fault } = chain.verdict()
      const signed = passed.toSorted(bySpeaking)[0] ?? null
      const unsigned = Math.max(0, entries - (signed?.head.seq ?? 0))
      const told = { entries, signed, unsigned, ignored }
      if (fault !== null) return { ...told, fault }
      // Every ledger begins with an entry that says so.
      if (entries === 0) return { ...told, fault: { what: 'cut', entry: 1 } }
      if (signed === null && onlyTrusted) return { ...told, fault: { what: 'unsigned', entry: 1 } }
      return { ...told, fault: null }
    },
  }
}

const isHeadLine = (found: unknown): found is { head: unknown } =>
  typeof found === 'object' && found !== null && 'head' in found && !('seq' in found)

const placeOf = (found: unknown): number | undefined =>
  z.object({ document: z.object({ head: z.object({ seq: headDocument.shape.head.shape.seq }) }) }).safeParse(found).data
    ?.document.head.seq

const bySpeaking = (a: KnownHead, b: KnownHead): number =>
  Number(b.vouched) - Number(a.vouched) || b.head.seq - a.head.seq || Number(a.at === null) - Number(b.at === null)
