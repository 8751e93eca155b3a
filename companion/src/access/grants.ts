import { setMaxListeners } from 'node:events'
import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Time } from '../time.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { sameDigest, tokenDigest } from './agent-token.ts'
import type { PinnedTo } from './account-pin.ts'
import { labelKey } from './label.ts'
import { grantPrefix, openGrant, putGrant, type StoredGrant, type WantedGrant } from './stored-grant.ts'

/** An agent that may speak: its label, and how it learns that it no longer may. */
export type Grant = {
  readonly id: string
  /** As it is now: it may be renamed while it is connected. */
  readonly label: string
  /** Aborted, with a CountersignError as its reason, when the grant is taken back, or its token is no longer the one it came with. */
  readonly revoked: AbortSignal
}

export type Grants = {
  /** In the order in which they were added. */
  list(): readonly { id: string; label: string; account: string | null; addedAt: string; lastSeen: string | null }[]
  isTaken(label: string): boolean
  /** Whose token it is. Every digest is looked at, each in constant time. */
  authenticate(token: string): Grant | undefined
  /** The agent whose token has this digest. */
  ofToken(digest: string): WantedGrant | undefined
  readonly pinnedTo: PinnedTo
  /** The agent of this label, whatever its case. Throws `no_such_agent`. */
  find(label: string): WantedGrant
  /**
   * Keeps a grant that was approved as `grantArgs` tells it; throws `label_taken` when another was quicker. Connections with another
   * token than this one end. The ledger's entry, within the same transaction, is the caller's.
   */
  keep(wanted: WantedGrant, approval: Countersigned): void
  /** Takes it back, for running calls too. Throws `no_such_agent`. Gives the label as it was written. */
  revoke(label: string, by: LedgerAsker): string
  /** At a reset: all of them. May stand within a transaction of the caller's. */
  revokeAll(by: LedgerAsker): void
  /**
   * How many grants lie in the database that nobody is known to have approved, or not as they are. They count for nothing. One that
   * is merely gone is not among them: that closes.
   */
  altered(): number
  /** She has looked: what was altered goes, so that it raises no alarm again. */
  dropAltered(by: LedgerAsker): void
}

type Live = StoredGrant & { readonly ends: AbortController; lastSeen: string | null }

export const createGrants = async (deps: {
  readonly database: Database
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append'>
  readonly companionKey: string
  readonly time: Pick<Time, 'wall'>
}): Promise<Grants> => {
  const { database, items, ledger, time } = deps
  const live = new Map<string, Live>()
  let altered: string[] = []
  for (const name of items.list(grantPrefix)) {
    const good = await openGrant(deps, name)
    if (good === undefined) altered.push(name)
    else live.set(good.id, liveOf(good))
  }

  const now = () => new Date(time.wall()).toISOString()
  const byLabel = (label: string): Live | undefined =>
    [...live.values()].find((grant) => labelKey(grant.label) === labelKey(label))
  const require = (label: string): Live => {
    const grant = byLabel(label)
    if (grant === undefined) throw new CountersignError('no_such_agent')
    return grant
  }
  const end = ({ ends }: Live, message: string) => ends.abort(new CountersignError('unauthorized', { message }))
  const cut = (grant: Live) => {
    live.delete(grant.id)
    end(grant, takenBackNow)
  }
  const takenBack = (grant: string, label: string | undefined, by: LedgerAsker) =>
    ledger.append({ kind: 'revoked', asker: by, details: { grant, ...(label === undefined ? {} : { label }) } })
  /** Into memory, once it is on the disk. */
  const follow = (grant: StoredGrant) => {
    const before = live.get(grant.id)
    if (before?.tokenDigest === grant.tokenDigest) {
      live.set(grant.id, { ...before, ...grant })
      return
    }
    live.set(grant.id, liveOf(grant))
    if (before !== undefined) end(before, 'This agent has a new token.')
  }

  return {
    list: () =>
      [...live.values()]
        .sort((a, b) => a.addedAt.localeCompare(b.addedAt))
        .map(({ id, label, account, addedAt, lastSeen }) => ({ id, label, account, addedAt, lastSeen })),
    isTaken: (label) => byLabel(label) !== undefined,
    authenticate: (token) => {
      const offered = tokenDigest(token)
      let found: Live | undefined
      for (const grant of live.values()) if (sameDigest(grant.tokenDigest, offered)) found = grant
      if (found === undefined) return undefined
      found.lastSeen = now()
      const { id, label, ends } = found
      return {
        id,
        get label() {
          return live.get(id)?.label ?? label
        },
        revoked: ends.signal,
      }
    },
    ofToken: (wanted) => [...live.values()].find((grant) => sameDigest(grant.tokenDigest, wanted)),
    pinnedTo: (id) => {
      const grant = live.get(id)
      if (grant === undefined) throw new CountersignError('unauthorized', { message: takenBackNow })
      return grant.account
    },
    find: (label) => {
      const { id, label: written, tokenDigest: kept, account } = require(label)
      return { id, label: written, tokenDigest: kept, account }
    },
    keep: (wanted, approval) => {
      const { id, label } = wanted
      const other = byLabel(label)
      if (other !== undefined && other.id !== id) throw new CountersignError('label_taken')
      const grant: StoredGrant = { ...wanted, addedAt: live.get(id)?.addedAt ?? now(), approval }
      putGrant(items, grant)
      database.afterCommit(() => follow(grant))
    },
    revoke: (label, by) => {
      const grant = require(label)
      // What closes comes first, and holds for this process even if the disk does not take it.
      cut(grant)
      database.transaction(() => {
        items.delete(grantPrefix + grant.id)
        takenBack(grant.id, grant.label, by)
      })
      return grant.label
    },
    revokeAll: (by) => {
      const all = [...live.values()]
      for (const grant of all) cut(grant)
      database.transaction(() => {
        for (const name of items.list(grantPrefix)) items.delete(name)
        for (const { id, label } of all) takenBack(id, label, by)
      })
    },
    altered: () => altered.length,
    dropAltered: (by) => {
      database.transaction(() => {
        for (const name of altered) {
          items.delete(name)
          // The name is anybody's.
          takenBack(name.slice(grantPrefix.length).slice(0, 100), undefined, by)
        }
      })
      altered = []
    },
  }
}

const takenBackNow = 'This grant was taken back.'

const liveOf = (grant: StoredGrant): Live => {
  const ends = new AbortController()
  // Each of an agent's connections listens to it; from the eleventh on Node would warn of a leak, on stderr.
  setMaxListeners(0, ends.signal)
  return { ...grant, ends, lastSeen: null }
}
