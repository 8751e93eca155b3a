import type { Grants } from '../access/grants.ts'
import type { TokenFiles } from '../access/token-file.ts'
import type { AcceptedPolicies } from '../policy/accepted.ts'
import type { Vault } from '../vault/vault.ts'
import type { Erasable } from './reset.ts'

/** All that a reset takes along, but for the pairings: saved sessions, the agents' grants and tokens, the accepted policies. */
export const erasablesOf = ({
  vault,
  grants,
  files,
  policies,
}: {
  readonly vault: Pick<Vault, 'list' | 'erase'>
  readonly grants: Pick<Grants, 'list' | 'revokeAll'>
  readonly files: Pick<TokenFiles, 'remove'>
  readonly policies: Pick<AcceptedPolicies, 'all' | 'erase'>
}): readonly Erasable[] => [
  {
    isEmpty: () => vault.list().length === 0,
    erase: () => vault.erase(),
  },
  {
    isEmpty: () => grants.list().length === 0,
    erase: (by) => {
      const labels = grants.list().map(({ label }) => label)
      grants.revokeAll(by)
      for (const label of labels) files.remove(label)
    },
  },
  {
    // What only closed was nobody's to allow.
    isEmpty: () => policies.all().length === 0,
    erase: (by) => policies.erase(by),
  },
]
