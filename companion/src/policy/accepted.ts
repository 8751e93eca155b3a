import { CountersignError } from '@countersign/shared/errors'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import type { Alarms } from '../access/alarms.ts'
import type { Database } from '../database/database.ts'
import { companionAsker, terminalAsker } from '../ledger/askers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { Time } from '../time.ts'
import type { Era } from '../vault/era.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { type Acceptance, type Closing, readAcceptance, readClosing, type StoredAcceptance } from './acceptance.ts'
import { compare } from './compare.ts'
import { createPolicyMark, type How, type MarkedPolicy, markItem, type PolicyMark } from './policy-mark.ts'
import { shippedDefault, shippedDefaultText } from './shipped-default.ts'

/** A policy as it counts, or counted. */
export type HeldPolicy = {
  /** Of the acceptance; 0 for the shipped default. */
  readonly number: number
  readonly how: 'default' | 'accepted' | 'closed'
  readonly text: string
  readonly file: PolicyFile
  /** Digest of the text that was proposed. */
  readonly from: string
  /** Since when; null for the shipped default. */
  readonly at: string | null
}

export type PastPolicy = HeldPolicy & { readonly inForce: boolean; readonly browser: Acceptance['browser'] | null }

/** What is in force, and every policy that the person ever accepted. What a method gives is on the disk. */
export type AcceptedPolicies = {
  /** What she accepted last, as far as it was not closed since; the shipped default where she accepted none. */
  inForce(): HeldPolicy
  /** The same without what closed it. */
  accepted(): HeldPolicy
  /** Oldest first. */
  all(): readonly Acceptance[]
  /** The same, from the shipped default on, and with what closed the newest. */
  history(): readonly PastPolicy[]
  /** The number that the next acceptance has. */
  next(): number
  /**
   * Puts a policy in force as she signed it. Throws when it is not what she signed, or when what is in force by now is not what it was
   * compared with.
   */
  keep(acceptance: Omit<StoredAcceptance, 'at'>, upon: HeldPolicy): Promise<void>
  /** Puts in force what only closes; throws for anything else. */
  close(text: string, file: PolicyFile): void
  /** The digest of the proposal that she said no to last. */
  denied(): string | undefined
  /** Undefined forgets it. */
  deny(digest: string | undefined): void
  /** At a reset: the shipped default is in force again. May stand within a transaction of the caller's. */
  erase(by: LedgerAsker): void
  /** A browser has signed the ledger up to here. */
  signed(head: ChainHead): void
  /** Called when another policy has come into force. Gives the way to stop. */
  onChange(listener: () => void): () => void
}

type Deps = {
  readonly database: Pick<Database, 'get' | 'transaction' | 'afterCommit'>
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append' | 'holds' | 'page'>
  readonly era: Pick<Era, 'id'>
  readonly alarms: Pick<Alarms, 'raise'>
  readonly companionKey: string
  readonly time: Pick<Time, 'wall'>
}

/**
 * Opens what is kept, and checks all of it against the signatures, the ledger and itself. Where anything does not agree, an alarm
 * lets no call pass until she has looked; what holds then is the newest acceptance that is one, and the ledger says so.
 */
export const openAcceptedPolicies = async (deps: Deps): Promise<AcceptedPolicies> => {
  const { database, items, alarms } = deps
  const { acceptances, closing, bad } = await load(deps)
  const mark = createPolicyMark(deps)
  const marked = markedOf(acceptances, closing)
  if (bad.length > 0 || !mark.agrees(marked)) {
    database.transaction(() => {
      alarms.raise(
        { alarm: 'policy_altered', about: null, text: alteredText(marked.number) },
        { number: marked.number },
      )
      for (const name of bad) items.delete(name)
      mark.make(marked, 'restored', companionAsker)
    })
  }
  return createAcceptedPolicies(deps, mark, { acceptances, closing })
}

type Kept = { readonly acceptances: readonly Acceptance[]; readonly closing: Closing | undefined }

const createAcceptedPolicies = (deps: Deps, mark: PolicyMark, loaded: Kept): AcceptedPolicies => {
  const { database, items, era, companionKey, time } = deps
  const listeners = new Set<() => void>()
  let kept = loaded

  const now = () => new Date(time.wall()).toISOString()
  const next = () => (kept.acceptances.at(-1)?.number ?? 0) + 1
  /** Within a transaction: what is to be in force as soon as that is durable. */
  const turnTo = (to: Kept, how: How, by: LedgerAsker) => {
    mark.make(markedOf(to.acceptances, to.closing), how, by)
    database.afterCommit(() => {
      kept = to
      for (const listener of listeners) listener()
    })
  }

  return {
    inForce: () => heldOf(kept.acceptances, kept.closing),
    accepted: () => heldOf(kept.acceptances, undefined),
    all: () => kept.acceptances,
    history: () => {
      const accepted = kept.acceptances.map((one) => ({ ...heldOf([one], undefined), browser: one.browser }))
      const closing = kept.closing === undefined ? [] : [heldOf(kept.acceptances, kept.closing)]
      const all = [shipped, ...accepted, ...closing]
      return all.map((one, index) => ({ browser: null, ...one, inForce: index === all.length - 1 }))
    },
    next,
    keep: async (given, upon) => {
      const stored: StoredAcceptance = { ...given, at: now() }
      const bytes = encode(stored)
      const acceptance = await readAcceptance(bytes, companionKey)
      // From here on nothing waits.
      if (acceptance === undefined) throw new CountersignError('countersignature_invalid')
      const isUpon = isSamePolicy(heldOf(kept.acceptances, kept.closing), upon)
      if (!isUpon || acceptance.number !== next()) throw new CountersignError('approval_changed')
      database.transaction(() => {
        items.put(prefix + acceptance.number, bytes, { era: era.id() })
        items.delete(closingItem)
        items.delete(deniedItem)
        const acceptances = [...kept.acceptances, acceptance]
        turnTo({ acceptances, closing: undefined }, 'accepted', { kind: 'browser', label: acceptance.browser.label })
      })
    },
    close: (text, file) => {
      const [held, base] = [heldOf(kept.acceptances, kept.closing), heldOf(kept.acceptances, undefined)]
      if (!onlyCloses(held.file, file) || !onlyCloses(base.file, file)) throw new CountersignError('internal')
      const closing: Closing = { number: base.number, text, at: now(), file }
      database.transaction(() => {
        const { file: _, ...stored } = closing
        items.put(closingItem, encode(stored))
        turnTo({ acceptances: kept.acceptances, closing }, 'closed', terminalAsker)
      })
    },
    denied: () => {
      const found = open(items, deniedItem)
      return found && new TextDecoder().decode(found)
    },
    deny: (digest) => {
      if (digest === undefined) items.delete(deniedItem)
      else items.put(deniedItem, new TextEncoder().encode(digest))
    },
    erase: (by) => {
      database.transaction(() => {
        for (const name of items.list(prefix)) if (name !== markItem) items.delete(name)
        items.delete(deniedItem)
        if (heldOf(kept.acceptances, kept.closing).how === 'default') return
        turnTo({ acceptances: [], closing: undefined }, 'default', by)
      })
    },
    signed: mark.whole,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Whether this takes effect without her. */
export const onlyCloses = (before: PolicyFile, after: PolicyFile): boolean => compare(before, after).opens.length === 0

export const isSamePolicy = (a: HeldPolicy, b: HeldPolicy): boolean =>
  a.number === b.number && a.how === b.how && a.text === b.text

const prefix = 'policy '
const closingItem = 'policy closing'
const deniedItem = 'proposal denied'

const encode = (stored: object): Uint8Array => new TextEncoder().encode(JSON.stringify(stored))

const shipped: HeldPolicy = {
  number: 0,
  how: 'default',
  text: shippedDefaultText,
  file: shippedDefault,
  from: sha256(shippedDefaultText),
  at: null,
}

const heldOf = (acceptances: readonly Acceptance[], closing: Closing | undefined): HeldPolicy => {
  const newest = acceptances.at(-1)
  if (closing !== undefined) {
    const { number, text, file, at } = closing
    return { number, how: 'closed', text, file, from: sha256(text), at }
  }
  if (newest === undefined) return shipped
  const { number, text, file, from, at } = newest
  return { number, how: 'accepted', text, file, from, at }
}

const markedOf = (acceptances: readonly Acceptance[], closing: Closing | undefined): MarkedPolicy => {
  const { number, how, text } = heldOf(acceptances, closing)
  return { number, text: how === 'default' ? null : text, kept: acceptances.length }
}

/** All that is what it says, and the names of what is not. */
const load = async ({ items, era, companionKey }: Deps): Promise<Kept & { readonly bad: readonly string[] }> => {
  const acceptances: Acceptance[] = []
  const bad: string[] = []
  for (const name of items.list(prefix)) {
    if (name === closingItem || name === markItem) continue
    const bytes = open(items, name, { era: era.id() })
    const found = bytes && (await readAcceptance(bytes, companionKey))
    if (found !== undefined && name === prefix + found.number) acceptances.push(found)
    else bad.push(name)
  }
  acceptances.sort((a, b) => a.number - b.number)
  const closing = closingOn(heldOf(acceptances, undefined), items)
  if (closing === undefined && items.list(closingItem).length > 0) bad.push(closingItem)
  return { acceptances, closing, bad }
}

const closingOn = (accepted: HeldPolicy, items: SealedItems): Closing | undefined => {
  const bytes = open(items, closingItem)
  const closing = bytes && readClosing(bytes)
  if (closing === undefined || closing.number !== accepted.number) return undefined
  return onlyCloses(accepted.file, closing.file) ? closing : undefined
}

/** Undefined for what is not there, and for what does not open. */
const open = (items: SealedItems, name: string, bound = {}): Uint8Array | undefined => {
  try {
    return items.get(name, bound)
  } catch (thrown) {
    if (thrown instanceof CountersignError && thrown.code === 'database_damaged') return undefined
    throw thrown
  }
}

const alteredText = (number: number): string => {
  const holds = number === 0 ? 'the shipped default holds' : `policy ${number} of those that you accepted holds`
  return `The policy was changed behind your back: what lies on the disk is not what you accepted last. No agent’s call passes until you have looked; then ${holds}. \`countersign policy history\` tells more.`
}
