import { randomBytes } from 'node:crypto'
import { createPause } from './access/pause.ts'
import type { Browsers } from './bridge/browsers.ts'
import { openPins } from './bridge/pins.ts'
import { createRoster } from './bridge/roster.ts'
import { prepareControlPath } from './control/control-path.ts'
import { ledgerListHandler } from './control/handlers/ledger-list.ts'
import { statusHandler } from './control/handlers/status.ts'
import { listenForControl } from './control/server.ts'
import { takeInstanceLock } from './database/instance-lock.ts'
import { openDatabase } from './database/open.ts'
import { openListener } from './http/listener.ts'
import { portsToTry } from './http/ports.ts'
import { openIdentity } from './identity.ts'
import { createLedger } from './ledger/ledger.ts'
import { createLog } from './log.ts'
import type { Machine } from './machine.ts'
import { createOverviews } from './overview.ts'
import { openStateFolder } from './state-folder.ts'
import { systemTime as time } from './time.ts'
import { openMasterKey } from './vault/key.ts'
import { systemKeychain } from './vault/keychain.ts'
import { createSealedItems } from './vault/sealed-items.ts'
import { createVault } from './vault/vault.ts'
import { version } from './version.ts'

export type Companion = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly browsers: Browsers
  close(): Promise<void>
}

export type CompanionOptions = {
  readonly machine: Machine
  /** Ends the opening. Once it is open, `close` ends the companion. */
  readonly signal: AbortSignal
}

/**
 * Builds the companion's parts and wires them. Undefined when another companion has this state folder; throws a coded error
 * when something is in its way.
 */
export const openCompanion = async (options: CompanionOptions): Promise<Companion | undefined> => {
  const closing = createClosing()
  try {
    const companion = await build(options, closing)
    if (companion === undefined) await closing.run()
    return companion
  } catch (thrown) {
    await closing.run()
    throw thrown
  }
}

const build = async ({ machine, signal }: CompanionOptions, closing: Closing): Promise<Companion | undefined> => {
  const log = createLog(machine.env['COUNTERSIGN_LOG'])
  const random = (size: number) => randomBytes(size)
  const ports = portsToTry(machine.env)

  const folder = openStateFolder(machine)
  const lock = takeInstanceLock(folder.lock, machine)
  if (lock === undefined) return undefined
  closing.add(() => lock.release())

  const database = openDatabase(folder.database, machine)
  closing.add(() => database.close())
  const patience = AbortSignal.any([signal, AbortSignal.timeout(keychainPatience)])
  const key = await openMasterKey({ database, keychain: systemKeychain(), folder, machine, random, signal: patience })
  const sealed = { database, masterKey: key.secret, random }
  const items = createSealedItems(sealed)
  const vault = createVault({ ...sealed, time })
  const ledger = createLedger({ database, time })
  const identity = await openIdentity(items)
  const pause = createPause({ database, items, ledger })
  const pins = await openPins({ items, companionIdentity: identity.keys.publicKey })
  const browsers = createRoster(pins)

  const listener = await openListener({ ports, version })
  closing.add(() => listener.close())

  const overviews = createOverviews({
    port: listener.port,
    key: key.place,
    vault,
    ledger,
    browsers,
    pause,
    agents: () => [],
    resetAt: () => null,
  })
  closing.add(() => overviews.close())

  const asker = { kind: 'companion', label: 'Companion' } as const
  ledger.append({ kind: 'start', asker, details: { port: listener.port, version } })
  closing.add(() => ledger.append({ kind: 'stop', asker }))

  const control = await listenForControl({
    path: prepareControlPath(folder, machine),
    windows: machine.platform === 'win32',
    handlers: [
      statusHandler({ overviews, url: listener.url, pid: process.pid, pending: () => 0 }),
      ledgerListHandler(ledger),
    ],
    serveRelay: () => Promise.resolve(),
    onFault: (err) => log.error({ err }, 'A command failed.'),
  })
  closing.add(() => control.close())

  return { url: listener.url, browsers, close: () => closing.run() }
}

/** Milliseconds that a keychain may take, also one that asks the person for a password. */
const keychainPatience = 8000

/** What has to be closed, in reverse order: what came later may need what came before. */
type Closing = { add(act: () => unknown): void; run(): Promise<void> }

const createClosing = (): Closing => {
  const acts: (() => unknown)[] = []
  return {
    add: (act) => acts.push(act),
    run: async () => {
      const failures: unknown[] = []
      for (let act = acts.pop(); act !== undefined; act = acts.pop()) {
        try {
          await act()
        } catch (thrown) {
          // All of it is tried: one that fails must not leave the others open.
          failures.push(thrown)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.')
    },
  }
}
