import { sha256 } from '../ledger/sha256.ts'
import type { Proposed, ProposedFile } from '../policy/proposed-file.ts'

/** A file for tests: it changes at the test's word, and at once. */
export const memoryProposedFile = (): ProposedFile & { become(proposed: string | Proposed): void } => {
  let now: Proposed = { kind: 'absent' }
  const listeners = new Set<() => void>()
  return {
    path: '/state/policy.json',
    read: () => now,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => listeners.clear(),
    become: (proposed) => {
      const before = JSON.stringify(now)
      now = typeof proposed === 'string' ? { kind: 'text', text: proposed, digest: sha256(proposed) } : proposed
      if (JSON.stringify(now) === before) return
      for (const listener of listeners) listener()
    },
  }
}
