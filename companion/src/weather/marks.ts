import { CountersignError } from '@countersign/shared/errors'
import type { SignInMark } from '@countersign/shared/session/observation'
import type { Session } from '@countersign/shared/session/session'
import { signInDigest } from '@countersign/shared/session/sign-in-mark'
import type { Saved } from '../vault/vault.ts'

/**
 * The marks of the newest saved sessions. A record is opened once for its mark, which lives as long as this process and its salt.
 * Gives null while it is being made, which `made` tells the end of, and for good where the record does not open.
 */
export const createMarks = (deps: {
  /** Throws a CountersignError for one that does not open. */
  open(record: string): Session
  /** 64 hex digits. */
  readonly salt: string
  made(): void
  onFault(thrown: unknown): void
}): ((newest: Pick<Saved, 'id' | 'account'>) => SignInMark | null) => {
  const { salt } = deps
  const byAccount = new Map<string, { readonly record: string; mark: SignInMark | null }>()

  const make = async (entry: { readonly record: string; mark: SignInMark | null }): Promise<void> => {
    try {
      entry.mark = { salt, digest: await signInDigest(salt, deps.open(entry.record).cookies) }
    } catch (thrown) {
      if (!(thrown instanceof CountersignError)) deps.onFault(thrown)
    }
    // Also for one that does not open: it was set aside, and another one is the newest now.
    deps.made()
  }

  return ({ id, account }) => {
    const known = byAccount.get(account)
    if (known?.record === id) return known.mark
    const entry = { record: id, mark: null }
    byAccount.set(account, entry)
    void make(entry)
    return null
  }
}
