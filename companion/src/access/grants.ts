import { setMaxListeners } from 'node:events'
import {
  countersigned,
  type Countersigned,
  verifyCountersignature,
} from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Time } from '../time.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { sameDigest, tokenDigest } from './agent-token.ts'
import { labelKey } from './label.ts'

/** An agent that may speak: its label, and how it learns that it no longer may. */
export type Grant = {
  readonly id: string
  readonly label: string
  /** Aborted, with a CountersignError as its reason, when the grant is taken back. */
  readonly revoked: AbortSignal
}

export type Grants = {
  /** In the order in which they were added. */
  list(): readonly { id: string; label: string; addedAt: string; lastSeen: string | null }[]
  isTaken(label: string): boolean
  /** Whose token it is. Every digest is looked at, each in constant time. */
  authenticate(token: string): Grant | undefined
  /** Keeps a grant that was approved as `grantArgs` tells it; throws `label_taken` when another was quicker. */
  keep(wanted: WantedGrant, approval: Countersigned): void
  /** Takes it back, for running calls too. Throws `no_such_agent`. Gives the label as it was written. */
  revoke(label: string, by: LedgerAsker): string
  /** At a reset: all of them. May stand within a transaction of the caller's. */
  revokeAll(by: LedgerAsker): void
  /** How many grants lie in the database that nobody is known to have approved. They count for nothing. */
  unverified(): number
}

export type WantedGrant = { readonly id: string; readonly label: string; readonly tokenDigest: string }

/** What the person signs: the arguments' digest in the approval of `add agent LABEL`. */
export const grantArgs = ({ id, label, tokenDigest }: WantedGrant): Promise<string> =>
  digest({ grant: id, label, tokenDigest })

export const grantAction = (label: string): string => `add agent ${label}`

const prefix = 'grant '
const stored = z.strictObject({
  id: z.string(),
  label: z.string(),
  tokenDigest: z.string().length(64),
  addedAt: z.iso.datetime(),
  approval: countersigned,
})
type Stored = z.output<typeof stored>
type Live = Stored & { readonly ends: AbortController; lastSeen: string | null }

export const createGrants = async (deps: {
  readonly database: Database
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append'>
  readonly companionKey: string
  readonly time: Pick<Time, 'wall'>
}): Promise<Grants> => {
  const { database, items, ledger, time } = deps
  const live = new Map<string, Live>()
  let unverified = 0
  for (const name of items.list(prefix)) {
    const found = openStored(items, name)
    const good = found !== undefined && !wasRevoked(database, found.id) && (await isApproved(found, deps.companionKey))
    if (good) live.set(found.id, liveOf(found))
    else unverified += 1
  }

  const now = () => new Date(time.wall()).toISOString()
  const byLabel = (label: string): Live | undefined =>
    [...live.values()].find((grant) => labelKey(grant.label) === labelKey(label))
  const cut = (grant: Live) => {
    live.delete(grant.id)
    grant.ends.abort(new CountersignError('unauthorized', { message: 'This grant was taken back.' }))
  }

  const takenBack = ({ id, label }: Live, by: LedgerAsker) =>
    ledger.append({ kind: 'revoked', asker: by, details: { grant: id, label } })

  return {
    list: () =>
      [...live.values()]
        .sort((a, b) => a.addedAt.localeCompare(b.addedAt))
        .map(({ id, label, addedAt, lastSeen }) => ({ id, label, addedAt, lastSeen })),
    isTaken: (label) => byLabel(label) !== undefined,
    authenticate: (token) => {
      const offered = tokenDigest(token)
      let found: Live | undefined
      for (const grant of live.values()) if (sameDigest(grant.tokenDigest, offered)) found = grant
      if (found === undefined) return undefined
      found.lastSeen = now()
      return { id: found.id, label: found.label, revoked: found.ends.signal }
    },
    keep: ({ id, label, tokenDigest }, approval) => {
      if (byLabel(label) !== undefined) throw new CountersignError('label_taken')
      const grant: Stored = { id, label, tokenDigest, addedAt: now(), approval }
      items.put(prefix + id, new TextEncoder().encode(JSON.stringify(grant)))
      database.afterCommit(() => live.set(id, liveOf(grant)))
    },
    revoke: (label, by) => {
      const grant = byLabel(label)
      if (grant === undefined) throw new CountersignError('no_such_agent')
      // What closes comes first, and holds for this process even if the disk does not take it.
      cut(grant)
      database.transaction(() => {
        items.delete(prefix + grant.id)
        takenBack(grant, by)
      })
      return grant.label
    },
    revokeAll: (by) => {
      const all = [...live.values()]
      for (const grant of all) cut(grant)
      database.transaction(() => {
        for (const name of items.list(prefix)) items.delete(name)
        for (const grant of all) takenBack(grant, by)
      })
    },
    unverified: () => unverified,
  }
}

const liveOf = (grant: Stored): Live => {
  const ends = new AbortController()
  // Each of an agent's connections listens to it; from the eleventh on Node would warn of a leak, on stderr.
  setMaxListeners(0, ends.signal)
  return { ...grant, ends, lastSeen: null }
}

const openStored = (items: SealedItems, name: string): Stored | undefined => {
  try {
    const bytes = items.get(name)
    const parsed = bytes && stored.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return parsed?.success === true && name === prefix + parsed.data.id ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** An old copy that was put back into the database does not bring a grant back to life. A torn row may have been any grant's. */
const wasRevoked = (database: Database, id: string): boolean =>
  database.get(
    `select seq from ledger where kind = 'revoked'
      and case when json_valid(details) then json_extract(details, '$.grant') = ? else true end`,
    [id],
    z.object({ seq: z.int() }),
  ) !== undefined

/**
 * The seal shows that this companion took the approval when the signer was a paired browser; the signature, that a person
 * approved just this grant. A browser that was unpaired since does not take its grants along.
 */
const isApproved = async (grant: Stored, companionKey: string): Promise<boolean> => {
  const { document } = grant.approval
  return (
    (await verifyCountersignature(grant.approval)) &&
    document.companion === companionKey &&
    document.answer === 'approve' &&
    document.grant.id === 'terminal' &&
    document.tool === grantAction(grant.label) &&
    document.args === (await grantArgs(grant))
  )
}
