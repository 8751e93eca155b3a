import { CountersignError } from '@countersign/shared/errors'
import { unknownAccount } from '@countersign/shared/session/site'
import type { Vault } from '../vault/vault.ts'
import { findAccount } from './find-account.ts'

type Accounts = Pick<Vault, 'accounts' | 'accountName' | 'versions'>

/** An account by its id, with the name that she gave it; and whether a session of it is saved, which need not be so yet. */
export type NamedAccount = { readonly id: string; readonly name: string | null; readonly saved: boolean }

/**
 * The account that is meant by an id, or else by the name that she gave it; what is neither is taken for the id of one that is not
 * saved yet. Throws `invalid_arguments` for what can be nobody's id, and `account_unclear` for a name that several have.
 */
export const namedAccount = (vault: Accounts, text: string): NamedAccount => {
  const id = savedOne(vault, text) ?? text
  if (id === unknownAccount || id.trim() !== id || id === '' || id.length > longestId) {
    throw new CountersignError('invalid_arguments', {
      message: 'That can be no account of Upwork.',
      next: 'Take the id or the name that the popup shows, such as of a saved session.',
    })
  }
  return accountOf(vault, id)
}

const savedOne = (vault: Accounts, text: string): string | undefined => {
  try {
    return findAccount(vault, text).account
  } catch (thrown) {
    if (thrown instanceof CountersignError && thrown.code === 'no_such_session') return undefined
    throw thrown
  }
}

/** The same, of an id that is known to be one. */
export const accountOf = (vault: Pick<Vault, 'accounts' | 'accountName'>, id: string): NamedAccount => ({
  id,
  name: vault.accountName(id),
  saved: vault.accounts().some(({ account }) => account === id),
})

/** As a session has it. */
const longestId = 64
