import type { ReleasedCopy } from '@countersign/shared/protocol/overview'
import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import type { SealedItems } from '../../vault/sealed-items.ts'
import { getJson, putJson } from '../../vault/sealed-json.ts'
import { fileMark } from './own-file.ts'

/** Why a released copy has ended. The ledger tells it in these words. */
export const releaseEnds = [
  /** Its time was over, by either clock. */
  'time',
  /** `countersign leases end`, or her click in the popup. */
  'ended',
  'paused',
  /** An alarm that stops all calls. */
  'alarm',
  'unpaired',
  'reset',
  /** A policy came into force that forbids it. */
  'policy',
  /** The account's sessions were forgotten. */
  'forgotten',
  /** The companion ended in order. */
  'stopped',
  /** The companion was killed, and has been started again. */
  'killed',
  /** The program that it was for has ended. */
  'program',
  /** The command that ran the program has gone without a word. */
  'command',
  /** Another lease took its place. */
  'renewed',
  /** It was no longer there, or something else was, when it should have been written anew. */
  'taken',
  /** It could not be written, or not be written anew. */
  'unwritten',
] as const
export type ReleaseEnd = (typeof releaseEnds)[number]

/**
 * What the next start has to know of a copy, should this process be killed. There is no way back from it to a copy that counts: it only
 * says what there is to wipe.
 */
const keptCopy = z.strictObject({
  id: z.uuid(),
  kind: z.enum(['lease', 'launch']),
  path: z.string(),
  /** It lies in a folder of ours, which goes with a reboot. */
  own: z.boolean(),
  /** Where a file of ours may lie: at its place, and beside it while it is made. */
  paths: z.array(z.string()),
  /** Of the files that may lie there. */
  marks: z.array(fileMark),
})
export type KeptCopy = z.output<typeof keptCopy>

const prefix = 'released '

/** The sealed notes of all copies that are out, or were and are not wiped yet. */
export type KeptCopies = {
  put(copy: KeptCopy): void
  delete(id: string): void
  /** By their ids; undefined for one that somebody had a hand in. */
  all(): ReadonlyMap<string, KeptCopy | undefined>
}

export const createKeptCopies = (items: SealedItems): KeptCopies => ({
  put: (copy) => putJson(items, prefix + copy.id, copy),
  delete: (id) => void items.delete(prefix + id),
  all: () => new Map(items.list(prefix).map((name) => [name.slice(prefix.length), opened(items, name)])),
})

const opened = (items: SealedItems, name: string): KeptCopy | undefined => {
  try {
    const copy = getJson(items, name, keptCopy)
    return copy?.id === name.slice(prefix.length) ? copy : undefined
  } catch (thrown) {
    if (thrown instanceof CountersignError && thrown.code === 'database_damaged') return undefined
    throw thrown
  }
}

/** The actions that let such a copy out, as the prompt and the ledger name them. */
export const actionOf = { lease: 'lease', launch: 'exec' } as const satisfies Record<ReleasedCopy['kind'], string>
