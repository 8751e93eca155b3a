import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { CountersignError } from '@countersign/shared/errors'
import type { Vault } from '../vault/vault.ts'

export type FoundAccount = { readonly account: string; readonly accountName: string | null }

/**
 * Whose sessions a command is about: by the account's id, or by the name that she gave it. Where it is not told: the account saved last,
 * unless that `must` be said where there are several. Throws `no_such_session` or `account_unclear`, and says which accounts there are.
 */
export const findAccount = (
  vault: Pick<Vault, 'accounts' | 'versions' | 'accountName'>,
  told: string | undefined,
  must: 'be told' | 'or the last' = 'or the last',
): FoundAccount => {
  const known = vault.accounts()
  const [last] = known
  if (told === undefined) {
    if (last === undefined) throw new CountersignError('no_such_session')
    if (must === 'be told' && known.length > 1) throw unclear('Several accounts have saved sessions', known)
    return last
  }
  const byId = known.find(({ account }) => account === told)
  if (byId !== undefined) return byId
  const byName = known.filter(({ accountName }) => accountName === told)
  const [only, other] = byName
  if (other !== undefined) throw unclear('Several accounts have this name', byName)
  if (only !== undefined) return only
  // Nobody can tell whose a record is that does not open, but by asking for just that account.
  if (vault.versions(told).length > 0) return { account: told, accountName: vault.accountName(told) }
  const there = known.length === 0 ? '' : ` There are: ${listed(known)}.`
  throw new CountersignError('no_such_session', { message: `No session of this account is saved.${there}` })
}

const unclear = (what: string, accounts: readonly FoundAccount[]): CountersignError =>
  new CountersignError('account_unclear', { message: `${what}: ${listed(accounts)}.` })

const listed = (accounts: readonly FoundAccount[]): string =>
  accounts
    .map(({ account, accountName }) => (accountName === null ? account : `${account} ("${accountName}")`))
    .map((each) => harmlessText(each, 140).text)
    .join(', ')
