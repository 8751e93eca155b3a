import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { CountersignError } from '@countersign/shared/errors'
import type { Session } from '@countersign/shared/session/session'
import { summarize } from '@countersign/shared/session/summary'
import type { Database } from '../database/database.ts'
import type { AccountNames } from './account-names.ts'
import type { GivenNumbers } from './given-numbers.ts'
import type { RecordSeal } from './record.ts'
import type { Outline, Records } from './records.ts'
import type { Saved, SetAside } from './vault.ts'

/** The versions of an account's session, and what becomes of them. */
export type Versions = {
  /** Newest first, also those that do not open; empty for an account that nothing is saved of. */
  versions(account: string): (Saved | SetAside)[]
  /** With its values. Throws `no_such_session`, `no_such_version`, or `vault_record_damaged`. */
  openVersion(account: string, version: number): Session
  /**
   * Erases one version, or with null all of them: record and wrapped key are overwritten where they lie, and the write-ahead log is emptied
   * behind the transaction that this may stand within. With the last version goes the account's name. Throws `no_such_session` or
   * `no_such_version`.
   */
  forget(account: string, version: number | null): Forgotten
  /** Whether the last that was forgotten is out of every file; if not, the next start takes it out. */
  swept(): boolean
  /** Reads every record from the disk, and says of each how it is. */
  verify(): Promise<Verified[]>
  /** Tells what was forgotten, once it is on the disk. Gives the way to stop. The listener must not throw. */
  onForgotten(listener: (what: { readonly account: string; readonly version: number | null }) => void): () => void
}

/** How many versions of the account went, and how many are left. */
export type Forgotten = { readonly goes: number; readonly stays: number }

export type Verified = {
  /** Null where no record of the account opens, so that nobody can tell whose it is. */
  readonly account: string | null
  readonly version: number
  readonly savedAt: string
  /** Good is what opens, and is what its summary says of it. */
  readonly is: 'good' | 'damaged' | 'not-as-summarized'
}

export const createVersions = (deps: {
  readonly database: Pick<Database, 'transaction' | 'afterCommit'>
  readonly seal: RecordSeal
  readonly records: Records
  readonly names: AccountNames
  readonly numbers: GivenNumbers
  told(outline: Outline): Saved | SetAside
  /** Throws `no_such_session` or `vault_record_damaged`. */
  open(id: string): Session
  setAside(id: string): unknown
}): Versions => {
  const { database, seal, records, names, numbers } = deps
  const listeners = new Set<Parameters<Versions['onForgotten']>[0]>()

  const outlinesOf = (account: string): Outline[] => {
    const found = records.outlines(seal.accountTag(account))
    if (found.length === 0) throw new CountersignError('no_such_session')
    return found
  }
  const noSuchVersion = (version: number, found: readonly Outline[]): CountersignError => {
    const there = found.map((each) => each.version).join(', ')
    return new CountersignError('no_such_version', { message: `No version ${version} is saved. There are: ${there}.` })
  }
  /** By a version that somebody wrote into a record by hand, nothing is counted: such a record does not open. */
  const highest = (found: readonly Outline[]): number =>
    Math.max(0, ...found.filter((each) => seal.openSummary(each) !== undefined).map(({ version }) => version))

  /** Undefined for one that was erased meanwhile. */
  const howItIs = (outline: Outline): Verified['is'] | undefined => {
    const found = records.reread(outline.id)
    if (found === undefined) return undefined
    const session = outline.set_aside_at === null ? seal.openSession(found) : undefined
    const summary = seal.openSummary(found)
    if (session !== undefined && summary !== undefined) {
      return isDeepStrictEqual(summary, summarize(session)) ? 'good' : 'not-as-summarized'
    }
    deps.setAside(outline.id)
    return 'damaged'
  }

  return {
    versions: (account) => records.outlines(seal.accountTag(account)).map(deps.told),
    openVersion: (account, version) => {
      const found = outlinesOf(account)
      const wanted = found.find((each) => each.version === version)
      if (wanted === undefined) throw noSuchVersion(version, found)
      // It was set aside before; what opens of it now may be what somebody put there.
      if (wanted.set_aside_at !== null) throw new CountersignError('vault_record_damaged')
      return deps.open(wanted.id)
    },
    forget: (account, version) =>
      database.transaction(() => {
        const tag = seal.accountTag(account)
        const found = outlinesOf(account)
        const going = version === null ? found : found.filter((each) => each.version === version)
        if (version !== null && going.length === 0) throw noSuchVersion(version, found)
        const stays = found.length - going.length
        records.erase(...going.map(({ id }) => id))
        if (stays === 0) {
          names.set(tag, null)
          numbers.forget(tag)
        } else numbers.remember(tag, Math.max(numbers.upTo(tag), highest(found)))
        database.afterCommit(() => {
          for (const listener of listeners) listener({ account, version: stays === 0 ? null : version })
        })
        return { goes: going.length, stays }
      }),
    swept: () => records.swept(),
    verify: async () => {
      const verified: (Verified & { readonly tag: string })[] = []
      const whose = new Map<string, string>()
      for (const outline of records.outlines()) {
        // Records are large, and there may be many: nobody else waits for all of them.
        await setImmediate()
        const account = seal.openSummary(outline)?.account
        if (account !== undefined) whose.set(outline.account, account)
        const { account: tag, version, saved_at: savedAt } = outline
        const is = howItIs(outline)
        if (is !== undefined) verified.push({ tag, account: null, version, savedAt, is })
      }
      return verified.map(({ tag, ...more }) => ({ ...more, account: whose.get(tag) ?? null }))
    },
    onForgotten: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
