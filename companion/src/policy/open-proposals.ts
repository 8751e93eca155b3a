import { join } from 'node:path'
import { writePrivate } from '../access/write-private.ts'
import type { Closing } from '../closing.ts'
import type { Machine } from '../machine.ts'
import type { Time } from '../time.ts'
import type { Vault } from '../vault/vault.ts'
import type { AcceptedPolicies } from './accepted.ts'
import { createAccountsAt } from './accounts-at.ts'
import type { Limits } from './limits.ts'
import { createProposalPace } from './proposal-pace.ts'
import { createProposals, type Proposals } from './proposal.ts'
import { watchProposedFile } from './proposed-file.ts'

/** Looks after `policy.json` in the state folder from now on. */
export const openProposals = (
  deps: Omit<
    Parameters<typeof createProposals>[0],
    'file' | 'write' | 'accepted' | 'accountsAt' | 'writing' | 'pace'
  > & {
    /** The state folder. */
    readonly folder: string
    readonly machine: Machine
    readonly time: Time
    newId(): string
    readonly policies: AcceptedPolicies
    readonly writing: readonly string[]
    readonly limits: Limits
    readonly vault: Pick<Vault, 'accounts' | 'accountName'>
    readonly closing: Closing
  },
): { readonly proposals: Proposals; readonly file: string } => {
  const { folder, machine, time, newId, policies, writing, limits, vault, closing } = deps
  const path = join(folder, 'policy.json')
  const file = watchProposedFile({ path, machine, time })
  closing.add(() => file.close())
  const proposals = createProposals({
    ...deps,
    file,
    write: (text) => writePrivate(path, text, newId, machine),
    accepted: policies,
    accountsAt: createAccountsAt({ vault, time }),
    writing: [...new Set(writing)],
    pace: createProposalPace(limits),
  })
  closing.add(() => proposals.close())
  return { proposals, file: path }
}
