import { rmSync } from 'node:fs'
import type { SealedItems } from '../vault/sealed-items.ts'

/**
 * A release is written beside its place first. When the process is killed there, the values would lie on in a file that nobody has
 * named; so its path is kept as long as it is there, and the next start removes it.
 */
export type UnfinishedFiles = {
  /** Runs `write`, which makes the file at this path, and moves or removes it again. Not within a transaction. */
  around(path: string, write: () => void): void
  /** At the start. Never throws: a file that can't be removed now is tried again at the next one. */
  sweep(): void
}

const item = 'unfinished file'

export const createUnfinishedFiles = (items: SealedItems): UnfinishedFiles => ({
  around: (path, write) => {
    items.put(item, new TextEncoder().encode(path))
    write()
    items.delete(item)
  },
  sweep: () => {
    try {
      const path = items.get(item)
      if (path === undefined) return
      rmSync(new TextDecoder().decode(path), { force: true })
      items.delete(item)
    } catch {
      // Such as a folder that is not there just now.
    }
  },
})
