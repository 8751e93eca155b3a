import type { Keychain } from '../vault/keychain.ts'

/** A keychain in memory; `fail` makes it one that is locked or not there. */
export const memoryKeychain = (): Keychain & { entries: Map<string, Uint8Array>; fail: boolean } => {
  const entries = new Map<string, Uint8Array>()
  const keychain = {
    entries,
    fail: false,
    read: async (account: string) => {
      if (keychain.fail) throw new Error('no keychain')
      return entries.get(account)
    },
    write: async (account: string, secret: Uint8Array) => {
      if (keychain.fail) throw new Error('no keychain')
      entries.set(account, secret)
    },
  }
  return keychain
}
