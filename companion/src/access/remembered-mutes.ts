import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import type { SealedItems } from '../vault/sealed-items.ts'
import { getJson, putJson } from '../vault/sealed-json.ts'
import { muteState, mutedLongest, type MuteState, neverMuted } from './mute-state.ts'

const prefix = 'mute '

/** May stand within a transaction of the caller's. */
export const putMute = (items: Pick<SealedItems, 'put'>, grant: string, state: MuteState): void =>
  putJson(items, prefix + grant, state)

/**
 * How it stood with each asker, by its grant, when the process before ended. It stands twice on the disk, sealed and in the ledger, and
 * the longer mute of the two counts: who wants to be heard has to change both. What does not open counts as muted, and an entry that
 * it was unmuted only as far as the sealed one knows of it: anybody can add one.
 *
 * @param now the latest moment that the ledger knows of
 */
export const rememberedMutes = (
  database: Pick<Database, 'all'>,
  items: Pick<SealedItems, 'list' | 'get'>,
  now: number,
): { readonly states: Map<string, MuteState>; /** The latest moment on record. */ readonly known: number } => {
  const found = items.list(prefix).map((name) => ({ grant: name.slice(prefix.length), state: open(items, name) }))
  const states = fromLedger(database, new Map(found.map(({ grant, state }) => [grant, state?.lifted ?? 0])))
  const known = Math.max(now, ...found.map(({ state }) => state?.at ?? 0))
  for (const { grant, state } of found) {
    const entered = states.get(grant)
    const sealed = state ?? mutedLongest(entered?.label ?? 'An agent', known)
    states.set(grant, {
      ...sealed,
      until: Math.max(sealed.until, entered?.until ?? 0),
      minutes: Math.max(sealed.minutes, entered?.minutes ?? 0),
    })
  }
  return { states, known }
}

const open = (items: Pick<SealedItems, 'get'>, name: string): MuteState | undefined => {
  try {
    return getJson(items, name, muteState)
  } catch {
    return undefined
  }
}

const rows = `select seq, kind, ${asBytes('at')}, ${asBytes('details')} from ledger where kind in ('muted', 'unmuted') order by seq`
const row = z.object({ seq: z.int(), kind: z.string(), at: meddledText, details: meddledText })
const told = z.object({
  grant: z.string(),
  label: z.string(),
  until: z.iso.datetime().optional(),
  minutes: z.int().optional(),
})

/** @param lifted by grant, the entry up to which it may have been unmuted */
const fromLedger = (database: Pick<Database, 'all'>, lifted: ReadonlyMap<string, number>): Map<string, MuteState> => {
  const states = new Map<string, MuteState>()
  for (const { seq, kind, at, details } of database.all(rows, [], row)) {
    const { grant, label, until = at, minutes } = toldIn(details) ?? {}
    if (grant === undefined || label === undefined) continue
    if (kind === 'unmuted' && seq > (lifted.get(grant) ?? 0)) continue
    const before = states.get(grant) ?? neverMuted(label)
    const ended = Date.parse(kind === 'muted' ? until : at)
    // An entry that was torn is named by whoever checks the ledger.
    if (Number.isFinite(ended)) states.set(grant, { ...before, until: ended, minutes: minutes ?? before.minutes })
  }
  return states
}

const toldIn = (details: string) => {
  try {
    return told.safeParse(JSON.parse(details)).data
  } catch {
    return undefined
  }
}
