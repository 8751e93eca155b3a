import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { WayOut } from '@countersign/shared/approval/prompt'
import { Secret } from '@countersign/shared/secret'
import { sessionDigest } from '@countersign/shared/session/session'
import { checkCapture } from '../access/check-capture.ts'
import { createLookAtFile } from '../access/exits/file-place.ts'
import { createToFile } from '../access/exits/to-file.ts'
import { createToLease } from '../access/exits/to-lease.ts'
import { createLedgerCalls } from '../access/ledger-call.ts'
import { createRelease, type Exit } from '../access/release.ts'
import { createReleasedCopies } from '../access/released/released-copies.ts'
import type { TerminalAct } from '../access/terminal-act.ts'
import { createUnfinishedFiles } from '../access/unfinished-files.ts'
import type { Database } from '../database/database.ts'
import { openDatabase } from '../database/open.ts'
import { createLedger } from '../ledger/ledger.ts'
import { thisMachine } from '../machine.ts'
import { openStateFolder } from '../state-folder.ts'
import { systemTime as time } from '../time.ts'
import { createEra } from '../vault/era.ts'
import { createSealedItems } from '../vault/sealed-items.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import { fakeBrowser } from './fake-browser.ts'
import { largeSession } from './large-session.ts'
import { createStageWatch, type StageWatch } from './stage-watch.ts'

/**
 * What becomes of a session of so many cookies, in the companion's own parts on a new state folder, each stage under a watch. Nobody is
 * asked: that is a person's time.
 */
export const openStagedSession = async (home: string, cookies: number) => {
  const machine = { ...thisMachine(), env: { COUNTERSIGN_HOME: join(home, 'state') } }
  const stateFolder = openStateFolder(machine)
  const out = join(home, 'out')
  mkdirSync(out, { recursive: true, mode: 0o700 })
  const watch = createStageWatch()
  const database = openDatabase(stateFolder.database, machine)
  const sealed = { masterKey: new Secret<Uint8Array>(random(32)), random }
  const items = createSealedItems({ ...sealed, database })
  const era = createEra({ items, random })
  const vault = createVault({ ...sealed, database: watched(database, watch), era, time })
  const opening: Pick<Vault, 'latest' | 'open'> = {
    latest: (account) => watch.during('open', () => vault.latest(account)),
    open: (id) => watch.during('open', () => vault.open(id)),
  }
  const ledger = createLedger({ database, time })
  const calls = createLedgerCalls({ database, ledger, newId })

  const session = largeSession({ cookies, storageBytes: 0 })
  const digest = await sessionDigest(session)
  const save = async (): Promise<void> => {
    const entry = watch.during('ledger', () => calls.begin(browser, 'save_session'))
    if (checkCapture(session) !== undefined) throw new Error('The session was to be taken for a good one.')
    const saved = await vault.save(session, { digest })
    if (saved.kind !== 'saved') throw new Error(saved.refusal.reason)
    watch.during('ledger', () => entry.done('session_saved', { version: saved.version, cookies }))
  }

  const signed = await signedBefore()
  const act: TerminalAct = async ({ action, act: carryOut }) => {
    const entry = watch.during('ledger', () => calls.begin(terminal, action))
    return (await carryOut(signed, entry)).result
  }
  const release = createRelease({ act, vault: opening })
  const lookAt = createLookAtFile({ machine, stateFolder: stateFolder.path })
  const copies = createReleasedCopies({
    database,
    items,
    ledger: { append: (entry) => watch.during('ledger', () => ledger.append(entry)) },
    vault: opening,
    machine,
    time,
    requireOpen: () => undefined,
    newName: newId,
  })
  const letOut = <T, W extends WayOut>(exit: Exit<T, W>) =>
    release.letOut({ format: 'playwright' }, staged(exit, watch), claim, new AbortController().signal)
  const places = { exported: join(out, 'exported.json'), leased: join(out, 'leased.json') }
  const toFile = createToFile({ lookAt, machine, unfinished: createUnfinishedFiles(items), newName: newId })
  const toLease = createToLease({ copies, lookAt, privatePlace: nowhere, time, newId })

  return {
    watch,
    out,
    places,
    save,
    exportIt: () => letOut(toFile(places.exported)),
    lease: () => letOut(toLease({ format: 'playwright', lasts: 3600, out: places.leased })),
    /** After a save. */
    renew: () => copies.renew(),
    isUpToDate: () => copies.list()[0]?.version === vault.latest()?.version,
    close: () => {
      copies.close()
      database.close()
    },
  }
}

const random = (size: number) => randomBytes(size)
const newId = () => randomUUID()
const browser = { kind: 'browser', label: 'Chrome' } as const
const terminal = { kind: 'terminal', label: 'Terminal' } as const
const claim = { program: 'bench', parent: 'bench', pid: process.pid, folder: '/' }
const nowhere = (): never => {
  throw new Error('Each copy here has a place that is told.')
}

/** She has said yes beforehand. */
const signedBefore = async () => {
  const signer = await fakeBrowser()
  const askedAt = new Date().toISOString()
  const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim } as const
  const question = { id: newId(), asker, action: 'export', reason: null, args: '0'.repeat(64), askedAt, deadline: null }
  return signer.sign({ ...question, subject: { kind: 'call', arguments: [] } }, 'approve')
}

/** The vault's database: what it writes, what it reads back from the disk, and the vault's own work in between. */
const watched = (real: Database, { during }: StageWatch): Database => ({
  ...real,
  run: (sql, params) => during('write', () => real.run(sql, params)),
  transaction: (inside) => during('write', () => real.transaction(() => during('seal', inside))),
  checkpoint: () => during('write', () => real.checkpoint()),
  getFromDisk: (sql, params, row) => during('read back', () => real.getFromDisk(sql, params, row)),
})

/** A way out: the ledger and a further rendering are none of the file's time. */
const staged = <T, W extends WayOut>(exit: Exit<T, W>, { during }: StageWatch): Exit<T, W> => ({
  action: exit.action,
  look: () => during('file', () => exit.look()),
  deliver: (outgoing, way) => {
    const watchedOut = {
      ...outgoing,
      again: (session: Parameters<typeof outgoing.again>[0]) => during('render', () => outgoing.again(session)),
      entered: (details: Parameters<typeof outgoing.entered>[0]) => during('ledger', () => outgoing.entered(details)),
    }
    return during('file', () => exit.deliver(watchedOut, way))
  },
})
