import { isDeepStrictEqual } from 'node:util'
import type { Subject } from '@countersign/shared/approval/prompt'
import { digest } from '@countersign/shared/canonical'
import { CountersignError } from '@countersign/shared/errors'
import type { Claim } from '../control/messages.ts'
import { savedVersionOf } from '../vault/saved-version.ts'
import type { Vault } from '../vault/vault.ts'
import { findAccount, type FoundAccount } from './find-account.ts'
import type { Erased, Restored, SessionChanges } from './session-changes.ts'
import type { TerminalAct } from './terminal-act.ts'

/** What the terminal may have changed about saved sessions, once she has approved it. Accounts are told by id or by name. */
export type SessionAsks = {
  restore(
    wish: { version: number; account?: string | undefined },
    claim: Claim,
    signal: AbortSignal,
  ): Promise<Restored & { readonly before: number }>
  /** Null takes the name away. */
  rename(wish: { account: string; name: string | null }, claim: Claim, signal: AbortSignal): Promise<Renamed>
  /** One version; or all of the account, with null, where it has to be told. */
  forget(
    wish: { version: number | null; account?: string | undefined },
    claim: Claim,
    signal: AbortSignal,
  ): Promise<Erased & { readonly account: string }>
}

export type Renamed = { readonly account: string; readonly name: string | null }

/** As prompts and the ledger name them. No account's name is in them: the ledger lies in the clear, and outlives what is forgotten. */
export const sessionActions = {
  restore: 'restore session',
  rename: 'rename account',
  forget: 'forget session',
} as const

export const createSessionAsks = ({
  act,
  vault,
  changes,
}: {
  readonly act: TerminalAct
  readonly vault: Pick<Vault, 'accounts' | 'versions' | 'accountName' | 'openVersion'>
  readonly changes: SessionChanges
}): SessionAsks => {
  const versionsOf = (account: string) => {
    const found = vault.versions(account).map(savedVersionOf)
    if (found.length === 0) throw new CountersignError('no_such_session')
    return found
  }
  const shortly = ({ savedAt, version }: { savedAt: string; version: number }) => ({ savedAt, version })
  const whose = ({ account }: FoundAccount) => ({ account, accountName: vault.accountName(account) })

  const toRestore = (found: FoundAccount, version: number): Extract<Subject, { kind: 'restore-session' }> => {
    const versions = versionsOf(found.account)
    const newest = versions.find(({ damaged }) => !damaged)
    const wanted = versions.find((each) => each.version === version)
    if (wanted === undefined || newest === undefined) throw noSuchVersion(version)
    if (wanted.damaged) throw new CountersignError('vault_record_damaged')
    if (wanted.version === newest.version) {
      throw new CountersignError('invalid_arguments', { message: `Version ${version} is the newest already.` })
    }
    return { kind: 'restore-session', ...whose(found), version: shortly(wanted), newest: shortly(newest) }
  }
  const toForget = (found: FoundAccount, version: number | null): Subject => {
    const versions = versionsOf(found.account)
    const wanted = version === null ? null : versions.find((each) => each.version === version)
    if (version !== null && wanted === undefined) throw noSuchVersion(version)
    const goes = version === null ? versions.length : 1
    return {
      kind: 'forget-session',
      ...whose(found),
      version: wanted ? shortly(wanted) : null,
      goes,
      stays: versions.length - goes,
    }
  }
  /** What was shown has to be so still when it is done. */
  const showing = <S extends Subject>(look: () => S) => {
    const subject = look()
    const isSo = () => {
      try {
        return isDeepStrictEqual(look(), subject)
      } catch (thrown) {
        if (thrown instanceof CountersignError) return false
        throw thrown
      }
    }
    const stands = () => {
      if (!isSo()) throw new CountersignError('approval_changed')
    }
    return { subject, stands }
  }

  return {
    restore: async ({ version, account: told }, claim, signal) => {
      const found = findAccount(vault, told, 'be told')
      const { account } = found
      const { subject, stands } = showing(() => toRestore(found, version))
      // What can't be restored is said before she is asked.
      vault.openVersion(account, version)
      return act(
        {
          action: sessionActions.restore,
          args: await digest({ account, version }),
          subject,
          act: async (_, entry) => {
            const restored = await changes.restore(account, version, entry, stands)
            const result = { ...restored, before: subject.newest.version }
            return {
              result,
              told: `Version ${version} is the newest of ${calledOf(found)} now, as ${restored.saved.version}.`,
            }
          },
        },
        claim,
        signal,
      )
    },
    rename: async ({ account: told, name }, claim, signal) => {
      const found = findAccount(vault, told)
      const { account } = found
      const { subject, stands } = showing((): Subject => ({ kind: 'rename-account', ...whose(found), to: name }))
      return act(
        {
          action: sessionActions.rename,
          args: await digest({ account, name }),
          subject,
          act: (_, entry) => {
            changes.rename(account, name, entry, stands)
            const how = name === null ? 'has no name of yours any more' : `is called "${name}" now`
            return { result: { account, name }, told: `${account} ${how}.` }
          },
        },
        claim,
        signal,
      )
    },
    forget: async ({ version, account: told }, claim, signal) => {
      const found = findAccount(vault, told, 'be told')
      const { account } = found
      const { subject, stands } = showing(() => toForget(found, version))
      return act(
        {
          action: sessionActions.forget,
          args: await digest({ account, version }),
          subject,
          act: (_, entry) => {
            const erased = changes.forget(account, version, entry, stands)
            return { result: { account, ...erased }, told: forgottenWords(calledOf(found), version, erased) }
          },
        },
        claim,
        signal,
      )
    },
  }
}

const calledOf = ({ account, accountName }: FoundAccount): string => accountName ?? account

const forgottenWords = (called: string, version: number | null, { stays, swept }: Erased): string => {
  const what = stays === 0 ? `All that was saved of ${called} is erased.` : `Version ${version} of ${called} is erased.`
  return swept ? what : `${what} Another program reads the database: the last traces go at the next start.`
}

const noSuchVersion = (version: number): CountersignError =>
  new CountersignError('no_such_version', { message: `No version ${version} is saved.` })
