import { CountersignError } from '@countersign/shared/errors'
import type { KnownAgent } from '@countersign/shared/protocol/overview'
import type { Ledger } from '../ledger/ledger.ts'
import type { Grants } from './grants.ts'
import { type Muted, type Mutes, terminalMuted } from './mutes.ts'

/** What a browser mutes and unmutes, by the id of the grant, and what it is told of that. */
export type Muting = {
  /** Throws `no_such_agent`. @param by the browser's label, in each */
  mute(grant: string, by: string): void
  unmute(grant: string, by: string): void
  /** Every agent; and the terminal, while it is muted. */
  agents(): KnownAgent[]
}

export const createMuting = ({
  grants,
  mutes,
  ledger,
}: {
  readonly grants: Pick<Grants, 'list'>
  readonly mutes: Pick<Mutes, 'until' | 'mute' | 'unmute'>
  readonly ledger: Pick<Ledger, 'append'>
}): Muting => {
  const find = (grant: string): Muted => {
    if (grant === terminalMuted.grant) return terminalMuted
    const known = grants.list().find(({ id }) => id === grant)
    if (known === undefined) throw new CountersignError('no_such_agent')
    return { grant, label: known.label }
  }
  return {
    mute: (grant, by) => mutes.mute(find(grant), { kind: 'browser', label: by }),
    unmute: (grant, by) =>
      mutes.unmute(find(grant), (details) =>
        ledger.append({ kind: 'unmuted', asker: { kind: 'browser', label: by }, details }),
      ),
    agents: () => {
      const known = grants
        .list()
        .map(({ id, label, account, lastSeen }) => ({ id, label, account, lastSeen, mutedUntil: mutes.until(id) }))
      const { grant: id, label } = terminalMuted
      const mutedUntil = mutes.until(id)
      return mutedUntil === null ? known : [...known, { id, label, lastSeen: null, mutedUntil, account: null }]
    },
  }
}
