import { CountersignError, refusalOf } from '@countersign/shared/errors'
import type { SavedVersion, SessionDifference } from '@countersign/shared/session/history'
import type { Refused } from '../approvals/broker.ts'
import { difference } from '../vault/difference.ts'
import { savedVersionOf } from '../vault/saved-version.ts'
import type { Vault } from '../vault/vault.ts'

/** What a browser may be told of an account's versions: names, counts and ages. */
export type SessionViews = {
  history(account: string): { readonly kind: 'history'; readonly versions: SavedVersion[] } | Refused
  difference(
    account: string,
    from: number,
    to: number,
  ): { readonly kind: 'difference'; readonly difference: SessionDifference } | Refused
}

export const createSessionViews = (vault: Pick<Vault, 'versions' | 'openVersion'>): SessionViews => ({
  history: (account) =>
    unlessRefused(() => {
      const versions = vault.versions(account).map(savedVersionOf)
      if (versions.length === 0) throw new CountersignError('no_such_session')
      return { kind: 'history', versions }
    }),
  difference: (account, from, to) =>
    unlessRefused(() => {
      const version = (number: number) => ({ version: number, session: vault.openVersion(account, number) })
      return { kind: 'difference', difference: difference(version(from), version(to)) }
    }),
})

const unlessRefused = <T>(look: () => T): T | Refused => {
  try {
    return look()
  } catch (thrown) {
    if (!(thrown instanceof CountersignError)) throw thrown
    return { kind: 'refused', ...refusalOf(thrown) }
  }
}
