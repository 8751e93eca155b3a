import { CountersignError } from '@countersign/shared/errors'
import type { SealedItems } from './sealed-items.ts'

/**
 * Up to which number an account's versions were given out, where its newest were forgotten: a number that stood in the ledger, in a
 * prompt or in a file's receipt must not come to mean another session. It goes with the account's last version.
 */
export type GivenNumbers = {
  /** 0 where nothing was forgotten. */
  upTo(tag: string): number
  remember(tag: string, version: number): void
  forget(tag: string): void
  eraseAll(): void
}

const prefix = 'versions given '

export const createGivenNumbers = (items: SealedItems): GivenNumbers => ({
  upTo: (tag) => {
    try {
      const found = items.get(prefix + tag)
      return found === undefined ? 0 : Number(new TextDecoder().decode(found))
    } catch (thrown) {
      // Damaged: the records that are there still count.
      if (thrown instanceof CountersignError && thrown.code === 'database_damaged') return 0
      throw thrown
    }
  },
  remember: (tag, version) => items.put(prefix + tag, new TextEncoder().encode(String(version))),
  forget: (tag) => void items.delete(prefix + tag),
  eraseAll: () => {
    for (const name of items.list(prefix)) items.delete(name)
  },
})
