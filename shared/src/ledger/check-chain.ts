import { chainStart, rowHash, type ChainHead, type Sha256 } from './chain.ts'
import { ledgerRow } from './row.ts'

/** What can be wrong with a ledger, and the entry at which it is. */
export type ChainFault<H> = {
  readonly what:
    /** What stands in the entry is not what its hash, or the entry after it, says. */
    | 'altered'
    /** It is not there, and a later one is. */
    | 'missing'
    /** It, or the countersignature under it, stands elsewhere. */
    | 'reordered'
    /** All hashes fit, but this entry is not the one that was countersigned: the ledger was made anew somewhere up to it. */
    | 'rewritten'
    /**
     * The first of those that are gone from the end, up to the one that was countersigned. It may have gone on from there: what
     * stands in their place then was written after the signing.
     */
    | 'cut'
    /** The countersignature under it was not made by the key that it names. */
    | 'forged'
    /** What stands in its place is no entry at all. */
    | 'unreadable'
    /** A file breaks off in its middle. */
    | 'torn'
  readonly entry: number
  /** The head that tells of it, where one does. */
  readonly by?: H
}

export type ChainVerdict<H> = {
  /** How many rows were there. */
  readonly entries: number
  /** The last one up to which nothing is wrong. */
  readonly head: ChainHead
  /** The heads that were found true. */
  readonly passed: readonly H[]
  readonly fault: ChainFault<H> | null
}

/** Goes through a ledger row by row, and keeps nothing of it but where it stands. */
export type ChainCheck<H> = {
  /** The next row, as it was stored. */
  row(found: unknown): void
  /**
   * A head that was countersigned: the rows up to it can neither be cut off nor be written anew. It may come at any time before
   * the row after it; the earlier it does, the more it can tell.
   */
  head(known: H): void
  /** Something that was found around the rows; the first by its entry is what counts. */
  blame(what: 'forged' | 'torn', entry?: number): void
  /** May be asked at any time; that the end is missing only counts when there is no more to come. */
  verdict(): ChainVerdict<H>
}

/** @param from where it goes on, for a part of a ledger; whether that is true is the caller's knowledge */
export const checkChain = <H extends { readonly head: ChainHead }>(
  sha256: Sha256,
  from = chainStart,
): ChainCheck<H> => {
  let head = from
  let entries = 0
  let fault: ChainFault<H> | undefined
  /** An entry that does not continue the one before: one of the two was altered, and got a new hash. */
  let unlinked: ChainHead | undefined
  let awaited: H[] = []
  const passed: H[] = []
  /** The first entry that stands in the place of one that was signed before it was written. */
  let wentOn: number | undefined
  const around: ChainFault<H>[] = []

  const blame = (what: ChainFault<H>['what'], entry: number, by?: H) => {
    fault ??= { what, entry, ...(by === undefined ? {} : { by }) }
  }
  const isRight =
    (entry: ChainHead) =>
    ({ head: { seq, hash } }: H) =>
      seq === entry.seq && hash === entry.hash

  const take = (found: unknown) => {
    const entry = head.seq + 1
    const seq = seqOf(found)
    if (seq === undefined) return blame('unreadable', entry)
    if (seq < entry) return blame('reordered', seq)
    if (seq > entry) return blame('missing', entry)
    const row = ledgerRow.safeParse(found).data
    if (row === undefined || !isObject(found) || rowHash(found, sha256) !== row.hash) return blame('altered', entry)
    if (row.prev !== head.hash) return doubt(row)
    head = { seq, hash: row.hash }
    if (awaited.some((known) => isLater(row.at, known))) wentOn ??= seq
    const met = awaited.filter((known) => known.head.seq === seq)
    awaited = awaited.filter((known) => known.head.seq !== seq)
    met.forEach(judge)
  }
  const judge = (known: H) => {
    if (known.head.hash !== head.hash) {
      if (wentOn === undefined) blame('rewritten', head.seq, known)
      else blame('cut', wentOn, known)
      return
    }
    passed.push(known)
    // All up to here is what was signed, whatever the clocks said.
    wentOn = undefined
  }

  // Whether it was this one, or the one before, is told by a head, or by the entry after it.
  const doubt = ({ seq, hash }: ChainHead) => {
    blame('altered', seq)
    if (seq === from.seq + 1 || passed.some(isRight(head))) return
    unlinked = { seq, hash }
    if (awaited.some(isRight(unlinked))) blameTheOneBefore(unlinked)
  }
  const blameTheOneBefore = ({ seq }: ChainHead) => {
    fault = { what: 'altered', entry: seq - 1 }
    unlinked = undefined
  }

  /** Once something is wrong, what comes later is only asked what it tells of that. */
  const lookBack = (found: unknown) => {
    const entry = head.seq + 1
    if ((fault?.what === 'missing' || fault?.what === 'altered') && fault.entry === entry && isEntry(found, entry)) {
      fault = { what: 'reordered', entry }
    } else if (unlinked !== undefined && isObject(found) && 'prev' in found && found.prev === unlinked.hash) {
      blameTheOneBefore(unlinked)
    }
    unlinked = undefined
  }
  /** Whether this is the entry that was to come, under whatever number. */
  const isEntry = (found: unknown, seq: number): boolean => {
    if (seqOf(found) === seq) return true
    const row = ledgerRow.safeParse(found).data
    return row?.prev === head.hash && isObject(found) && rowHash({ ...found, seq }, sha256) === row.hash
  }

  return {
    row(found) {
      entries += 1
      if (fault === undefined) take(found)
      else lookBack(found)
    },
    head(known) {
      const { seq } = known.head
      if (fault !== undefined) {
        if (unlinked !== undefined && isRight(unlinked)(known)) blameTheOneBefore(unlinked)
      } else if (seq > head.seq) awaited.push(known)
      else if (seq === head.seq) judge(known)
      // It comes too late to be held against anything.
      else blame('reordered', seq)
    },
    blame: (what, entry = head.seq + 1) => void around.push({ what, entry }),
    verdict() {
      const furthest = awaited.reduce<H | undefined>(
        (most, known) => (most !== undefined && most.head.seq >= known.head.seq ? most : known),
        undefined,
      )
      const cut = furthest && ({ what: 'cut', entry: wentOn ?? head.seq + 1, by: furthest } as const)
      const found = fault ?? cut
      const first = around.find(({ entry }) => found === undefined || entry <= found.entry)
      return { entries, head, passed, fault: first ?? found ?? null }
    },
  }
}

/** `at` is when it was signed, where that is known. */
type Signed = { readonly head: ChainHead; readonly at?: string | null }

const isLater = (at: string, signed: Signed): boolean =>
  typeof signed.at === 'string' && Date.parse(at) > Date.parse(signed.at)

const isObject = (found: unknown): found is object =>
  typeof found === 'object' && found !== null && !Array.isArray(found)

const seqOf = (found: unknown): number | undefined => {
  const seq = isObject(found) && 'seq' in found ? found.seq : undefined
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 ? seq : undefined
}
