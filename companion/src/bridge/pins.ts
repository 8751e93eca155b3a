import { countersigned, keyBytes, keyText, verifyCountersignature } from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { fingerprint } from '@countersign/shared/channel/fingerprint'
import type { BrowserPin } from '@countersign/shared/channel/handshake-companion'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Era } from '../vault/era.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { getJson, putJson } from '../vault/sealed-json.ts'

/**
 * What we keep of a browser. It counts once it is `paired`; until its first sealed word it is `provisional`, and while
 * another browser has to say yes it is `held`. Those two don't outlive the process.
 */
const storedPin = z.strictObject({
  identity: z.string(),
  signingKey: z.string(),
  label: z.string(),
  origin: z.string(),
  pairedAt: z.iso.datetime(),
  standing: z.enum(['provisional', 'held', 'paired']),
  /** An earlier browser's yes to a further one; null for the first. */
  approval: countersigned.nullable(),
})

export type Pin = z.output<typeof storedPin> & { readonly fingerprint: string }

/** All writes are durable when they return, and may stand within a transaction of the caller's. */
export type Pins = {
  /** In the order of pairing. */
  all(): readonly Pin[]
  find(identity: string): Pin | undefined
  put(pin: Pin): void
  /** True when there was one. */
  remove(identity: string): boolean
  /** True when there was any. */
  erase(): boolean
}

/** The action that a person approves in a paired browser, and the digest of what it is about. */
export const pairBrowserAction = 'pair browser'
export const pairBrowserArgs = ({ identity, signingKey, label }: Pick<Pin, 'identity' | 'signingKey' | 'label'>) =>
  digest({ identity, signingKey, label })

/** A pin for a browser that has just proven its keys. */
export const provisionalPin = async (
  { identity, signingKey, label, origin }: BrowserPin,
  companionIdentity: Uint8Array,
  pairedAt: string,
): Promise<Pin> => ({
  identity: keyText(identity),
  signingKey: keyText(signingKey),
  label,
  origin,
  pairedAt,
  standing: 'provisional',
  approval: null,
  fingerprint: await fingerprint(companionIdentity, identity, signingKey),
})

/**
 * The pins that are sealed in the database. What was not paired for good when the last process ended is forgotten; a pin
 * that does not open, whose approval does not verify, or that the ledger knows to be gone, does not count.
 */
export const openPins = async (deps: {
  readonly database: Pick<Database, 'get'>
  readonly items: SealedItems
  readonly era: Pick<Era, 'id'>
  readonly companionIdentity: Uint8Array
}): Promise<Pins> => {
  const { items, era } = deps
  const pins = new Map<string, Pin>()
  for (const name of items.list(prefix)) {
    const found = await read(deps, name)
    if (found === undefined || (found.standing === 'paired' && wasUnpaired(deps.database, found))) continue
    if (found.standing === 'paired') pins.set(found.identity, found)
    else items.delete(name)
  }

  return {
    all: () => [...pins.values()].sort((a, b) => Date.parse(a.pairedAt) - Date.parse(b.pairedAt)),
    find: (identity) => pins.get(identity),
    put(pin) {
      const { fingerprint: _, ...stored } = pin
      putJson(items, prefix + pin.identity, stored, { era: era.id() })
      pins.set(pin.identity, pin)
    },
    remove(identity) {
      // First where it is asked for: a disk that takes no write must not keep a browser in.
      const any = pins.delete(identity)
      items.delete(prefix + identity)
      return any
    },
    erase() {
      for (const name of items.list(prefix)) items.delete(name)
      const any = pins.size > 0
      pins.clear()
      return any
    },
  }
}

const prefix = 'browser '

/** An old copy that was put back into the database does not bring a browser back. A torn row may have been any browser's. */
const wasUnpaired = (database: Pick<Database, 'get'>, { fingerprint }: Pin): boolean => {
  const last = database.get(
    `select kind from ledger where kind = 'reset' or (kind in ('paired', 'unpaired') and
      case when json_valid(details) then json_extract(details, '$.fingerprint') = ? else kind = 'unpaired' end)
      order by seq desc limit 1`,
    [fingerprint],
    z.object({ kind: z.string() }),
  )
  return last?.kind !== 'paired'
}

const read = async (
  { items, era, companionIdentity }: Omit<Parameters<typeof openPins>[0], 'database'>,
  name: string,
): Promise<Pin | undefined> => {
  try {
    const pin = getJson(items, name, storedPin, { era: era.id() })
    if (pin === undefined || name !== prefix + pin.identity) return undefined
    if (!(await isApproved(pin, companionIdentity))) return undefined
    const shown = await fingerprint(companionIdentity, keyBytes(pin.identity), keyBytes(pin.signingKey))
    return { ...pin, fingerprint: shown }
  } catch {
    return undefined
  }
}

const isApproved = async (pin: z.output<typeof storedPin>, companionIdentity: Uint8Array): Promise<boolean> => {
  if (pin.approval === null) return true
  const { document } = pin.approval
  return (
    document.tool === pairBrowserAction &&
    document.answer === 'approve' &&
    document.companion === keyText(companionIdentity) &&
    document.args === (await pairBrowserArgs(pin)) &&
    (await verifyCountersignature(pin.approval))
  )
}
