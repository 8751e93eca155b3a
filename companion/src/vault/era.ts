import { CountersignError } from '@countersign/shared/errors'
import type { Random } from '../random.ts'
import type { SealedItems } from './sealed-items.ts'

/**
 * The time from one first pairing to the next. Pins and saved sessions are bound to theirs. So whoever puts the sessions aside,
 * pairs a browser of his own with the house that is empty by then, and puts them back, has sessions that open in one era and a
 * browser that counts in another.
 */
export type Era = {
  /** Empty before the first pairing of all, and when somebody has damaged what tells it: then nothing opens. */
  id(): string
  /** Begins a new one, within the transaction of its first pairing. */
  begin(): void
}

const item = 'era'

export const createEra = ({ items, random }: { readonly items: SealedItems; readonly random: Random }): Era => ({
  id: () => {
    try {
      const found = items.get(item)
      return found === undefined ? '' : Buffer.from(found).toString('hex')
    } catch (thrown) {
      if (thrown instanceof CountersignError && thrown.code === 'database_damaged') return ''
      throw thrown
    }
  },
  begin: () => items.put(item, random(16)),
})
