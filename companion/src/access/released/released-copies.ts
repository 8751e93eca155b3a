import { CountersignError } from '@countersign/shared/errors'
import type { LedgerAsker, LedgerDetails } from '@countersign/shared/ledger/row'
import type { ReleasedCopy } from '@countersign/shared/protocol/overview'
import type { Database } from '../../database/database.ts'
import { companionAsker } from '../../ledger/askers.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Machine } from '../../machine.ts'
import { type Deadline, type Time, whenPassed } from '../../time.ts'
import type { SealedItems } from '../../vault/sealed-items.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Outgoing, Receipt } from '../release.ts'
import { truePlace } from '../write-private.ts'
import { createEndedCopies, type Ended, type EndedCopies } from './ended-copies.ts'
import { whatLies } from './own-file.ts'
import { placeCopy } from './place-copy.ts'
import { actionOf, createKeptCopies, type KeptCopy, type ReleaseEnd } from './released-copy.ts'

/**
 * The copies that are out of the vault for a while. Which of them count is known in memory alone, so that none comes back to life; what
 * lies on the disk only says what there is to wipe. Each method does all of its work at once: nothing comes between.
 */
export type ReleasedCopies = Pick<EndedCopies, 'leftBehind' | 'alarms'> & {
  /** Writes it, and enters it in the ledger; throws a coded error, and then nothing lies there. */
  place(copy: NewCopy): Receipt & { readonly id: string }
  /** Those that count now, the oldest first. */
  list(): readonly ReleasedCopy[]
  /** Throws `no_such_lease`. One that was left behind is tried once more, and where its folder is gone it is no longer told of. */
  end(id: string, why: ReleaseEnd, by: LedgerAsker): Ended
  /** Never throws; nor do the others. */
  endWhere(ends: (copy: LiveCopy) => boolean, why: ReleaseEnd, by?: LedgerAsker): void
  /** Writes the newest saved session in the place of an older one, where it is of the same account and its sign-in is certain. */
  renew(): void
  /** Settles once this copy has ended, with why. */
  whenEnded(id: string): Promise<ReleaseEnd>
  onChange(listener: () => void): () => void
  /** Ends them all; there are no further ones. */
  close(): void
}

export type NewCopy = {
  readonly id: string
  readonly kind: ReleasedCopy['kind']
  readonly path: string
  /** Whether it lies in a folder of ours. */
  readonly own: boolean
  /** Of a launch, as the prompt showed it. */
  readonly command: string | null
  /** Of a launch the latest: it ends with its program. */
  readonly deadline: Deadline
  readonly format: string
  readonly out: Outgoing
  /** For its entry in the ledger. */
  readonly details: LedgerDetails
}

export type LiveCopy = Omit<NewCopy, 'details'> & { readonly account: string; readonly version: number }

type Live = LiveCopy & {
  readonly since: string
  /** Where it truly lies. */
  readonly place: string
  /** Of the session that lies there. */
  version: number
  savedId: string
  kept: KeptCopy
  /** Whether the ledger tells of it. */
  released: boolean
  stop(): void
}

export const createReleasedCopies = (deps: {
  readonly database: Pick<Database, 'transaction'>
  readonly items: SealedItems
  readonly ledger: Pick<Ledger, 'append'>
  readonly vault: Pick<Vault, 'latest' | 'open'>
  readonly machine: Machine
  readonly time: Time
  /** Throws while nothing may be let out. */
  requireOpen(): void
  newName(): string
}): ReleasedCopies => {
  const { ledger, vault, machine, time } = deps
  const live = new Map<string, Live>()
  const listeners = new Set<() => void>()
  const waiting = new Map<string, ((why: ReleaseEnd) => void)[]>()
  let closed = false
  const changed = () => {
    for (const tell of listeners) tell()
  }
  const kept = createKeptCopies(deps.items)
  const over = createEndedCopies({ ...deps, kept, changed })

  const finish = (copy: Live, why: ReleaseEnd, by: LedgerAsker): Ended => {
    live.delete(copy.id)
    copy.stop()
    const ended = over.take({ kept: copy.kept, why, by, released: copy.released })
    for (const tell of waiting.get(copy.id) ?? []) tell(why)
    waiting.delete(copy.id)
    changed()
    return ended
  }
  /** Those that count: one whose time is over does not, whether or not its timer has run. */
  const current = (): readonly Live[] => {
    for (const copy of live.values()) if (copy.deadline.passed()) finish(copy, 'time', companionAsker)
    return [...live.values()]
  }
  const write = <T>(copy: Live, text: string, entered: () => T): T => {
    const keep = (note: KeptCopy) => {
      kept.put(note)
      copy.kept = note
    }
    return placeCopy(copy.kept, text, { machine, newName: deps.newName, keep, entered })
  }

  const renew = (copy: Live): void => {
    try {
      const newest = vault.latest(copy.account)
      if (newest === undefined || newest.id === copy.savedId || newest.summary.signIn !== 'signed-in') return
      // A folder that has become a link leads to a place that she did not read.
      if (whatLies(copy.path, copy.kept.marks, machine) !== 'ours' || truePlace(copy.path) !== copy.place) {
        finish(copy, 'taken', companionAsker)
        return
      }
      const { version } = newest
      write(copy, copy.out.again(vault.open(newest.id)).reveal(), () => {
        const details = {
          copy: copy.id,
          format: copy.format,
          version,
          destination: shortened(copy.path),
          renewed: true,
        }
        ledger.append({ kind: 'release', asker: companionAsker, tool: actionOf[copy.kind], details })
      })
      copy.version = version
      copy.savedId = newest.id
      changed()
    } catch {
      // What can't be brought up to date does not stay as it is, either.
      finish(copy, 'unwritten', companionAsker)
    }
  }

  return {
    leftBehind: over.leftBehind,
    alarms: over.alarms,
    place: ({ details, ...wanted }) => {
      deps.requireOpen()
      const { id, kind, path, own, out, deadline } = wanted
      if (closed) throw new CountersignError('cancelled')
      if (deadline.passed()) throw new CountersignError('approval_timed_out', { message: tooLate })
      for (const copy of current()) if (copy.path === path) finish(copy, 'renewed', companionAsker)
      const { account, version, id: savedId } = out.saved
      const copy: Live = {
        ...wanted,
        account,
        version,
        savedId,
        place: truePlace(path),
        since: new Date(time.wall()).toISOString(),
        kept: { id, kind, path, own, paths: [path], marks: [] },
        released: false,
        stop: () => undefined,
      }
      try {
        const receipt = write(copy, out.text.reveal(), () => {
          const entered = out.entered({ copy: id, destination: shortened(path), ...details })
          copy.released = true
          return entered
        })
        copy.stop = whenPassed(time, deadline, () => void finish(copy, 'time', companionAsker))
        live.set(id, copy)
        changed()
        return { ...receipt, id }
      } catch (thrown) {
        finish(copy, 'unwritten', companionAsker)
        throw thrown
      }
    },
    list: () => current().map(told),
    end: (id, why, by) => {
      const copy = current().find((other) => other.id === id)
      const ended = copy === undefined ? over.retry(id) : finish(copy, why, by)
      if (ended === undefined) throw new CountersignError('no_such_lease')
      changed()
      return ended
    },
    endWhere: (ends, why, by = companionAsker) => {
      for (const copy of current()) if (ends(copy)) finish(copy, why, by)
    },
    renew: () => {
      for (const copy of current()) renew(copy)
    },
    whenEnded: (id) =>
      new Promise((resolve) => {
        if (live.has(id)) waiting.set(id, [...(waiting.get(id) ?? []), resolve])
        else resolve('ended')
      }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      closed = true
      for (const copy of live.values()) finish(copy, 'stopped', companionAsker)
      over.close()
      listeners.clear()
    },
  }
}

const told = ({ id, kind, account, format, path, command, since, deadline, version }: Live): ReleasedCopy => ({
  id,
  kind,
  account,
  format,
  path,
  command,
  since,
  until: kind === 'launch' ? null : deadline.at,
  version,
})

/** As long as the ledger takes it. */
const shortened = (path: string): string => path.slice(0, 1000)

const tooLate = 'By the time of the answer the lease would have been over.'
