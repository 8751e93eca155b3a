import { CountersignError } from '@countersign/shared/errors'
import type { Database } from '../database/database.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import type { Forgotten } from '../vault/versions.ts'
import { asError } from './as-error.ts'
import type { LedgerCall } from './ledger-call.ts'

/**
 * What changes about saved sessions, whether she clicked or a command asked. `stands` is called at the last moment, and throws where what
 * she was shown is no longer so; without its row in the ledger nothing is changed but by a restored version, which comes first.
 */
export type SessionChanges = {
  restore(account: string, version: number, entry: LedgerCall, stands?: () => void): Promise<Restored>
  /** Null takes the name away. Throws `no_such_session`. */
  rename(account: string, name: string | null, entry: LedgerCall, stands?: () => void): void
  /** Null for all versions. */
  forget(account: string, version: number | null, entry: LedgerCall, stands?: () => void): Erased
}

export type Restored = { readonly saved: Saved; readonly ledgerEntry: number }

/** `swept`: whether nothing of it is in any file. If not, another program reads the database, and the next start takes it out. */
export type Erased = Forgotten & { readonly swept: boolean; readonly ledgerEntry: number }

export const createSessionChanges = ({
  database,
  vault,
}: {
  readonly database: Pick<Database, 'transaction'>
  readonly vault: Pick<Vault, 'restore' | 'nameAccount' | 'versions' | 'forget' | 'swept'>
}): SessionChanges => ({
  restore: async (account, from, entry, stands) => {
    const saved = await vault.restore(account, from, stands)
    if (saved.kind === 'refused') throw asError(saved.refusal)
    return { saved, ledgerEntry: entry.done('session_restored', { version: saved.version, from }) }
  },
  rename: (account, name, entry, stands = () => undefined) =>
    database.transaction(() => {
      stands()
      // A name without a session would stay for ever.
      if (vault.versions(account).length === 0) throw new CountersignError('no_such_session')
      vault.nameAccount(account, name)
      entry.done('account_named', { named: name !== null })
    }),
  forget: (account, version, entry, stands = () => undefined) => {
    const erased = database.transaction(() => {
      stands()
      const forgotten = vault.forget(account, version)
      return { ...forgotten, ledgerEntry: entry.done('session_forgotten', { version, ...forgotten }) }
    })
    return { ...erased, swept: vault.swept() }
  },
})
