import { CountersignError } from '@countersign/shared/errors'
import type { Decision } from '@countersign/shared/policy/decision'
import type { LedgerAsker, LedgerKind } from '@countersign/shared/ledger/row'
import { asError } from './access/as-error.ts'
import { createLookAtFile, type LookAtFile } from './access/exits/file-place.ts'
import { createPrivatePlace } from './access/exits/private-place.ts'
import { createToFile } from './access/exits/to-file.ts'
import { createToLaunch } from './access/exits/to-launch.ts'
import { createToLease } from './access/exits/to-lease.ts'
import type { Release } from './access/release.ts'
import { releasedCommands } from './access/released-commands.ts'
import { createReleasedCopies } from './access/released/released-copies.ts'
import type { Closing } from './closing.ts'
import type { openKept } from './kept.ts'
import type { Machine } from './machine.ts'
import type { PolicyInForce } from './policy/in-force.ts'
import { releaseTool } from './policy/release-rules.ts'
import type { Time } from './time.ts'

type Kept = NonNullable<Awaited<ReturnType<typeof openKept>>>

/** Ways out of the vault to files: those that stay, and those that end, with all that ends them. What a killed companion left is wiped. */
export const openReleased = (deps: {
  readonly kept: Pick<Kept, 'database' | 'items' | 'ledger' | 'vault' | 'pause' | 'alarms' | 'gate' | 'unfinished'>
  readonly machine: Machine
  readonly time: Time
  readonly stateFolder: string
  newId(): string
  readonly closing: Closing
}) => {
  const { kept, machine, time, stateFolder, newId } = deps
  const { database, items, ledger, vault, pause, alarms, gate, unfinished } = kept
  const requireOpen = () => {
    const closed = gate.closed('terminal')
    if (closed !== undefined) throw asError(closed)
  }
  const copies = createReleasedCopies({ database, items, ledger, vault, machine, time, requireOpen, newName: newId })
  deps.closing.add(() => copies.close())

  pause.onChange(() => {
    if (pause.isPaused()) copies.endWhere(all, 'paused')
  })
  alarms.onChange(() => {
    if (alarms.signal().aborted) copies.endWhere(all, 'alarm')
  })
  ledger.onAppend(({ kind }) => {
    if (kind === 'unpaired' || kind === 'reset') copies.endWhere(all, kind)
    if (saving.has(kind)) copies.renew()
  })
  vault.onForgotten(({ account, version }) => {
    // Of one version, those that have it still; of all, every one.
    const isOf = (copy: { version: number }) => version === null || copy.version === version
    copies.endWhere((copy) => copy.account === account && isOf(copy), 'forgotten')
  })

  const lookAt = createLookAtFile({ machine, stateFolder })
  const privatePlace = createPrivatePlace({ machine, stateFolder })
  const shared = { copies, privatePlace, time, newId }
  const toLease = createToLease({ ...shared, lookAt })
  const toLaunch = createToLaunch(shared)
  /** For what is to stay: not where a copy lies that will be wiped. */
  const lookAtFree = (out: string): ReturnType<LookAtFile> => {
    const looked = lookAt(out)
    // Nor where one lay that is not wiped yet: what it held is wiped there, whoever writes it.
    const there = [...copies.list(), ...copies.leftBehind()].find(({ path }) => path === looked.path)
    if (there === undefined) return looked
    const next = `Take another name, or run \`countersign leases end ${there.id.slice(0, 8)}\` first.`
    throw new CountersignError('file_unsafe', { message: `A lease lies at ${looked.path}.`, next })
  }
  return {
    copies,
    toFile: createToFile({ lookAt: lookAtFree, machine, unfinished, newName: newId }),
    commands: (release: Release) => releasedCommands({ release, toLease, toLaunch, copies }),
    /** Before anything else goes, so that whoever waits for a copy hears why it ended, and so does the ledger. */
    closeFirst: () => copies.close(),
    /** As soon as one is in force that forbids it, a copy ends. */
    follow: ({ decide, onChange }: Pick<PolicyInForce, 'decide' | 'onChange'>) => {
      const denied = (args: unknown): Decision['kind'] => decide({ tool: releaseTool, args }).kind
      onChange(() => copies.endWhere(({ out }) => denied(out.args) === 'deny', 'policy'))
    },
    /** Her click. One that has ended meanwhile needs no ending. */
    end: (id: string, by: LedgerAsker) => {
      if (copies.list().some((copy) => copy.id === id)) copies.end(id, 'ended', by)
    },
  }
}

const all = () => true

/** Rows after which an account's newest session may be another one. */
const saving: ReadonlySet<LedgerKind> = new Set<LedgerKind>(['session_saved', 'session_restored'])
