import { CountersignError, refusal, type Refusal } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import { sessionDigest, type Session } from '@countersign/shared/session/session'
import type { Summary } from '@countersign/shared/session/summary'
import type { Database } from '../database/database.ts'
import type { Random } from '../random.ts'
import type { Time } from '../time.ts'
import { createAccountNames } from './account-names.ts'
import type { Era } from './era.ts'
import { createGivenNumbers } from './given-numbers.ts'
import { createRecordSeal, type SealedRecord } from './record.ts'
import { createRecords, type Outline } from './records.ts'
import { createSealedItems } from './sealed-items.ts'
import { createVersions, type Versions } from './versions.ts'

/** What may be told of one saved session. */
export type Saved = {
  readonly kind: 'saved'
  readonly id: string
  readonly account: string
  /** The name she gave the account; null when none. */
  readonly accountName: string | null
  /** Grows by one with every save of this account, and never comes back while any of its versions is left. */
  readonly version: number
  /** ISO 8601, UTC. */
  readonly savedAt: string
  readonly summary: Summary
}

/** A record that did not open: it is kept as it is, counts for nothing, and is in nobody's way. */
export type SetAside = {
  readonly kind: 'set-aside'
  readonly id: string
  readonly version: number
  readonly savedAt: string
  readonly since: string
}

export type VaultRefusal = { readonly kind: 'refused'; readonly refusal: Refusal }

export type Vault = Versions & {
  /**
   * Saves a further version of the session's account. `saved` only after what lies on the disk was read back, opened, and
   * found to have the digest that the browser sent; the name that she gave with it counts only then. Throws `disk_full` and
   * its like; the earlier versions stay.
   */
  save(
    session: Session,
    sent: { readonly digest: string; readonly name?: string | null },
  ): Promise<Saved | VaultRefusal>
  /**
   * Saves an older version once more, as the newest: written, read back and compared as any save is. Throws what `openVersion` does.
   * @param stands called as it is written, in the same transaction; throws where it may not be any more
   */
  restore(account: string, version: number, stands?: () => void): Promise<Saved | VaultRefusal>
  /** Tells of each version that was saved or restored. Gives the way to stop. The listener must not throw. */
  onSaved(listener: (saved: Saved) => void): () => void
  /** The newest one that opens, of this account or of all. */
  latest(account?: string): Saved | undefined
  /** The newest one that opens of each account, newest first. */
  accounts(): Saved[]
  /** All versions, newest first. */
  list(): (Saved | SetAside)[]
  /** With its values. Throws `no_such_session`, or `vault_record_damaged` when it does not open. */
  open(id: string): Session
  /** Null takes the name away. */
  nameAccount(account: string, name: string | null): void
  accountName(account: string): string | null
  /** Erases every record and name. */
  erase(): void
}

const keptVersions = 10

export const createVault = (deps: {
  readonly database: Database
  readonly masterKey: Secret<Uint8Array>
  readonly era: Pick<Era, 'id'>
  readonly time: Pick<Time, 'wall'>
  readonly random: Random
}): Vault => {
  const { database, masterKey, era, time, random } = deps
  const seal = createRecordSeal(masterKey, random, era)
  const records = createRecords(database)
  const items = createSealedItems(deps)
  const names = createAccountNames(items)
  const numbers = createGivenNumbers(items)
  const onSaved = new Set<(saved: Saved) => void>()
  const now = () => new Date(time.wall()).toISOString()

  const accountName = (account: string): string | null => names.get(seal.accountTag(account))
  const nameAccount = (account: string, name: string | null) => names.set(seal.accountTag(account), name)
  const savedOf = (found: Pick<SealedRecord, 'id' | 'version' | 'saved_at'>, summary: Summary): Saved => ({
    kind: 'saved',
    id: found.id,
    account: summary.account,
    accountName: accountName(summary.account),
    version: found.version,
    savedAt: found.saved_at,
    summary,
  })
  const setAside = (id: string): string => {
    const since = now()
    unlessDiskFails(() => records.setAside(id, since))
    return since
  }
  const told = (outline: Outline): Saved | SetAside => {
    const { id, version, saved_at: savedAt, set_aside_at: since } = outline
    const summary = since === null ? seal.openSummary(outline) : undefined
    if (summary !== undefined) return savedOf(outline, summary)
    return { kind: 'set-aside', id, version, savedAt, since: since ?? setAside(id) }
  }
  const list = () => records.outlines().map(told)
  const isSaved = (entry: Saved | SetAside): entry is Saved => entry.kind === 'saved'

  /** The summary as the disk now gives it; undefined, and the record gone, when the disk does not give what was sent. */
  const verifiedSummary = async (id: string, digest: string): Promise<Summary | undefined> => {
    try {
      const found = records.reread(id)
      const session = found && seal.openSession(found)
      const same = session !== undefined && (await sessionDigest(session)) === digest
      const summary = found && same ? seal.openSummary(found) : undefined
      if (summary === undefined) records.erase(id)
      return summary
    } catch (thrown) {
      records.erase(id)
      throw thrown
    }
  }

  const open = (id: string): Session => {
    const found = records.get(id)
    if (found === undefined) throw new CountersignError('no_such_session')
    const session = seal.openSession(found)
    if (session !== undefined) return session
    setAside(id)
    throw new CountersignError('vault_record_damaged')
  }
  const save = async (
    session: Session,
    { digest, name = null }: { readonly digest: string; readonly name?: string | null },
    stands: () => void = () => undefined,
  ): Promise<Saved | VaultRefusal> => {
    if ((await sessionDigest(session)) !== digest) return notVerified
    const account = seal.accountTag(session.account)
    const id = Buffer.from(random(16)).toString('hex')
    const savedAt = now()
    const { version } = records.add(account, numbers.upTo(account), (next) => {
      stands()
      return seal.seal(session, { id, account, version: next, saved_at: savedAt })
    })
    const summary = await verifiedSummary(id, digest)
    if (summary === undefined) return notVerified
    // The session is saved, whatever these do; the next save trims what is left.
    if (name !== null) unlessDiskFails(() => nameAccount(session.account, name))
    unlessDiskFails(() => records.trim(account, keptVersions))
    const saved = savedOf({ id, version, saved_at: savedAt }, summary)
    for (const listener of onSaved) listener(saved)
    return saved
  }
  const versions = createVersions({ database, seal, records, names, numbers, told, open, setAside })

  return {
    ...versions,
    save: (session, sent) => save(session, sent),
    restore: async (account, version, stands = () => undefined) => {
      const session = versions.openVersion(account, version)
      return save(session, { digest: await sessionDigest(session) }, () => {
        // Forgotten meanwhile, it must not come back.
        if (!versions.versions(account).some((each) => each.kind === 'saved' && each.version === version)) {
          throw new CountersignError('no_such_version')
        }
        stands()
      })
    },
    onSaved: (listener) => {
      onSaved.add(listener)
      return () => void onSaved.delete(listener)
    },
    // Agents ask for this one often; the versions before it stay closed.
    latest: (account) => {
      const tag = account === undefined ? undefined : seal.accountTag(account)
      for (const outline of records.outlines(tag)) {
        const entry = told(outline)
        if (isSaved(entry)) return entry
      }
      return undefined
    },
    accounts: () => {
      const seen = new Set<string>()
      return list()
        .filter(isSaved)
        .filter(({ account }) => !seen.has(account) && seen.add(account))
    },
    list,
    open,
    nameAccount,
    accountName,
    erase: () => {
      database.transaction(() => {
        records.eraseAll()
        names.eraseAll()
        numbers.eraseAll()
      })
    },
  }
}

const notVerified: VaultRefusal = { kind: 'refused', refusal: refusal('save_not_verified') }

/** For what can be left for another time: no coded error of the disk comes out of it. */
const unlessDiskFails = (act: () => void): void => {
  try {
    act()
  } catch (thrown) {
    if (!(thrown instanceof CountersignError)) throw thrown
  }
}
