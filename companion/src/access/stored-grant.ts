import {
  countersigned,
  type Countersigned,
  verifyCountersignature,
} from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { z } from 'zod'
import { meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { getJson, putJson } from '../vault/sealed-json.ts'

/** What makes a grant what it is. */
export type WantedGrant = {
  readonly id: string
  readonly label: string
  readonly tokenDigest: string
  /** The only account whose session it may ask for; null for any. */
  readonly account: string | null
}

/**
 * What the person signs: the arguments' digest in the approval of each of these actions. An account is in it only where there is one, so
 * that what she approved before there were pins still counts.
 */
export const grantArgs = ({ id, label, tokenDigest, account }: WantedGrant): Promise<string> =>
  digest({ grant: id, label, tokenDigest, ...(account === null ? {} : { account }) })

/** The terminal's actions that make a grant what it is. */
export const grantActions = {
  add: (label: string): string => `add agent ${label}`,
  rename: (label: string): string => `rename agent ${label}`,
  rotate: (label: string): string => `rotate agent ${label}`,
  pin: (label: string): string => `pin agent ${label}`,
  unpin: (label: string): string => `unpin agent ${label}`,
} as const

/** A grant as it lies in the database, sealed, with the approval of the act that made it what it is. */
const stored = z.strictObject({
  id: z.string(),
  label: z.string(),
  tokenDigest: z.string().length(64),
  account: z.string().nullable().default(null),
  addedAt: z.iso.datetime(),
  approval: countersigned,
})
export type StoredGrant = z.output<typeof stored>

export const grantPrefix = 'grant '

/** May stand within a transaction of the caller's. */
export const putGrant = (items: Pick<SealedItems, 'put'>, grant: StoredGrant): void =>
  putJson(items, grantPrefix + grant.id, grant)

/** The grant under this name, if a person approved just that, and nothing came of it since. */
export const openGrant = async (
  deps: {
    readonly database: Pick<Database, 'all'>
    readonly items: Pick<SealedItems, 'get'>
    readonly companionKey: string
  },
  name: string,
): Promise<StoredGrant | undefined> => {
  const found = open(deps.items, name)
  if (found === undefined || !isNewest(deps.database, found)) return undefined
  return (await isApproved(found, deps.companionKey)) ? found : undefined
}

const open = (items: Pick<SealedItems, 'get'>, name: string): StoredGrant | undefined => {
  try {
    const found = getJson(items, name, stored)
    return found !== undefined && name === grantPrefix + found.id ? found : undefined
  } catch {
    return undefined
  }
}

const about = z.object({ kind: z.string(), approval: meddledText.nullable() })

/**
 * An old copy that was put back into the database, from before the grant was renamed, given a new token or taken back, does not come to
 * life: the first entry that names the approval it stands on is also the last about this grant. Who adds one that names it once more
 * changes nothing by that. A torn entry may have been about any.
 */
const isNewest = (database: Pick<Database, 'all'>, { id, approval }: StoredGrant): boolean => {
  const entries = database.all(
    `select kind, cast(case when json_valid(details) then json_extract(details, '$.approval') end as blob) as approval
      from ledger where kind in ('grant', 'revoked')
      and case when json_valid(details) then json_extract(details, '$.grant') = ? else true end
      order by seq`,
    [id],
    about,
  )
  const first = entries.findIndex((entry) => entry.kind === 'grant' && entry.approval === approval.document.request)
  return first !== -1 && first === entries.length - 1
}

/**
 * The seal shows that this companion took the approval when the signer was a paired browser; the signature, that a person
 * approved just this grant. A browser that was unpaired since does not take its grants along.
 */
const isApproved = async (grant: StoredGrant, companionKey: string): Promise<boolean> => {
  const { document } = grant.approval
  return (
    (await verifyCountersignature(grant.approval)) &&
    document.companion === companionKey &&
    document.answer === 'approve' &&
    document.grant.id === 'terminal' &&
    isActionFor(document.tool, grant.label) &&
    document.args === (await grantArgs(grant))
  )
}

/** The name before it was renamed stands in the action alone; the new one is in what was signed, as are the token and the account. */
const isActionFor = (action: string, label: string): boolean =>
  action === grantActions.add(label) ||
  action === grantActions.rotate(label) ||
  action === grantActions.pin(label) ||
  action === grantActions.unpin(label) ||
  action.startsWith(grantActions.rename(''))

/** What the ledger's entry of the act has to name. */
export const grantDetails = ({ id, label, account }: WantedGrant, { document }: Countersigned) => ({
  grant: id,
  label,
  ...(account === null ? {} : { account }),
  approval: document.request,
})
