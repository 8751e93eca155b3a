import { chainHead } from '@countersign/shared/ledger/chain'
import { overview } from '@countersign/shared/protocol/overview'
import { weathers } from '@countersign/shared/session/weather'
import { captureIdentity } from '@countersign/shared/session/capture'
import { z } from 'zod'
import { outcome } from '../surface/messages.ts'

/** The companion that this browser is paired with. */
const pin = z.strictObject({
  /** Its identity key, 65 bytes as base64url. Who proves this key is ours, wherever it listens. */
  companion: z.string().regex(/^[A-Za-z0-9_-]{87}$/),
  port: z.int().min(1).max(65_535),
  fingerprint: z.string(),
  pairedAt: z.iso.datetime(),
})

/** Times that are compared with the clock are in milliseconds since 1970. */
const approval = z.strictObject({ request: z.uuid(), until: z.number(), shown: captureIdentity })
const lastingYes = z.strictObject({
  request: z.uuid(),
  grant: z.string(),
  tool: z.string(),
  account: z.string(),
  store: z.string(),
  since: z.number(),
  /** Null for one that stands until the browser closes. */
  until: z.number().nullable(),
})
export type LastingYes = z.output<typeof lastingYes>
const policyCover = z.strictObject({ request: z.uuid(), accounts: z.array(z.string()) })
export type PolicyCover = z.output<typeof policyCover>
/** What this browser signed last of the companion's ledger, and whether it was shown one since that does not go on from there. */
const ledger = z.strictObject({ head: chainHead.nullable(), diverged: z.boolean() })
/** When an account was last saved by itself. */
const savedItself = z.strictObject({ account: z.string(), at: z.number() })
/** A turn of the weather of one saved version that she was told of. */
const weatherTold = z.strictObject({ account: z.string(), version: z.int(), weather: z.enum(weathers) })
const pairingCode = z.strictObject({ code: z.string(), until: z.number() })

/**
 * All that the worker keeps, but for its keys. `local` stays; `session` lives in memory until the browser closes, and outlives
 * the worker, which may be stopped at any line. What does not parse counts as not there.
 */
export const createStored = ({ local, session }: { local: StorageArea; session: StorageArea }) => ({
  pin: storedItem(local, 'pin', pin.nullable(), null),
  /** The number of the last countersignature. Never goes back, not even after unpairing. */
  sequence: storedItem(local, 'sequence', z.int().nonnegative(), 0),
  ledger: storedItem(local, 'ledger', ledger, { head: null, diverged: false }),
  /** Saves that were approved here, each good for one capture. */
  approvals: storedItem(session, 'approvals', z.array(approval), []),
  /** Yeses that last. They go with the browser's session, however long they were meant to last. */
  lasting: storedItem(session, 'lasting', z.array(lastingYes), []),
  /** Whose sessions the policy lets run without asking, by the question whose yes put it in force; null where it lets none. */
  policyCover: storedItem(local, 'policyCover', policyCover.nullable(), null),
  /** The accounts that are saved again by themselves when their sign-in rotates, as she chose in the popup. */
  savesItself: storedItem(local, 'savesItself', z.array(z.string()), []),
  savedItself: storedItem(local, 'savedItself', z.array(savedItself), []),
  weatherTold: storedItem(local, 'weatherTold', z.array(weatherTold), []),
  /** A random id that is this browser's until it closes. */
  sessionId: storedItem(session, 'sessionId', z.uuid().nullable(), null),
  overview: storedItem(session, 'overview', overview.nullable(), null),
  outcome: storedItem(session, 'outcome', outcome.nullable(), null),
  /** A code that a link brought, until it is used or old. */
  pairingCode: storedItem(session, 'pairingCode', pairingCode.nullable(), null),
  /** The prompts for which a surface was opened: one that she closed stays closed. */
  presented: storedItem(session, 'presented', z.array(z.uuid()), []),
  /** When a stranger was last met on our ports. */
  strangerAt: storedItem(session, 'strangerAt', z.number().nullable(), null),
})
export type Stored = ReturnType<typeof createStored>

export type StoredItem<T> = {
  get(): Promise<T>
  set(value: T): Promise<void>
  /** Reads, changes and writes, with no other change of this item in between. */
  update(change: (value: T) => T): Promise<T>
}

/** What we need of `storage.local` and `storage.session`. */
export type StorageArea = {
  get(key: string): Promise<Record<string, unknown>>
  set(values: Record<string, unknown>): Promise<void>
}

function storedItem<S extends z.ZodType>(
  area: StorageArea,
  key: string,
  schema: S,
  empty: z.output<S>,
): StoredItem<z.output<S>> {
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }
  const read = async (): Promise<z.output<S>> => {
    const parsed = schema.safeParse((await area.get(key))[key])
    return parsed.success ? parsed.data : empty
  }
  return {
    get: () => inTurn(read),
    set: (value) => inTurn(() => area.set({ [key]: value })),
    update: (change) =>
      inTurn(async () => {
        const changed = change(await read())
        await area.set({ [key]: changed })
        return changed
      }),
  }
}
