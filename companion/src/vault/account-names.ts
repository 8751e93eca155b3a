import { CountersignError } from '@countersign/shared/errors'
import type { SealedItems } from './sealed-items.ts'

/** The names that she gave to accounts, sealed, each under its account's tag. */
export type AccountNames = {
  get(tag: string): string | null
  /** Null takes the name away. */
  set(tag: string, name: string | null): void
  eraseAll(): void
}

const prefix = 'account name '

export const createAccountNames = (items: SealedItems): AccountNames => ({
  get: (tag) => {
    try {
      const name = items.get(prefix + tag)
      return name === undefined ? null : new TextDecoder().decode(name)
    } catch (thrown) {
      // A name that does not open must not stand in the way of the sessions.
      if (thrown instanceof CountersignError && thrown.code === 'database_damaged') return null
      throw thrown
    }
  },
  set: (tag, name) => {
    if (name === null) items.delete(prefix + tag)
    else items.put(prefix + tag, new TextEncoder().encode(name))
  },
  eraseAll: () => {
    for (const name of items.list(prefix)) items.delete(name)
  },
})
