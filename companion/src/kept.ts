import { randomBytes, randomUUID } from 'node:crypto'
import { createAlarms } from './access/alarms.ts'
import { createGate } from './access/gate.ts'
import { createGrants } from './access/grants.ts'
import { createLedgerCalls } from './access/ledger-call.ts'
import { createMutes } from './access/mutes.ts'
import { createPause } from './access/pause.ts'
import { createUnfinishedFiles } from './access/unfinished-files.ts'
import { openPins } from './bridge/pins.ts'
import type { Closing } from './closing.ts'
import { takeInstanceLock } from './database/instance-lock.ts'
import { openDatabase } from './database/open.ts'
import { openIdentity } from './identity.ts'
import { createLedger } from './ledger/ledger.ts'
import { createWholeLedger } from './ledger/whole-ledger.ts'
import type { Machine } from './machine.ts'
import { openAcceptedPolicies } from './policy/accepted.ts'
import { createLimits } from './policy/limits.ts'
import { createSqliteCounters } from './policy/sqlite-counters.ts'
import { openStateFolder } from './state-folder.ts'
import { createSteadyClock } from './steady-clock.ts'
import { systemTime as time } from './time.ts'
import { createEra } from './vault/era.ts'
import { openMasterKey } from './vault/key.ts'
import { keychainFrom } from './vault/keychain.ts'
import { createSealedItems } from './vault/sealed-items.ts'
import { createVault } from './vault/vault.ts'

/**
 * Opens what outlives the process, and builds what stands directly on it. Undefined when another companion has this state folder;
 * throws a coded error when something is in the way.
 */
export const openKept = async ({
  machine,
  signal,
  closing,
}: {
  readonly machine: Machine
  readonly signal: AbortSignal
  readonly closing: Closing
}) => {
  const folder = openStateFolder(machine)
  const lock = takeInstanceLock(folder.lock, machine)
  if (lock === undefined) return undefined
  closing.add(() => lock.release())
  const database = openDatabase(folder.database, machine)
  closing.add(() => database.close())
  const unlocking = AbortSignal.any([signal, AbortSignal.timeout(keychainPatience)])
  const key = await openMasterKey({
    database,
    keychain: keychainFrom(machine.env),
    folder,
    machine,
    random,
    signal: unlocking,
  })
  const sealed = { database, masterKey: key.secret, random }
  const items = createSealedItems(sealed)
  const era = createEra({ items, random })
  const unfinished = createUnfinishedFiles(items)
  unfinished.sweep()
  const vault = createVault({ ...sealed, era, time })
  const ledger = createLedger({ database, time })
  const ends = new AbortController()
  closing.add(() => ends.abort())
  const calls = createLedgerCalls({ database, ledger, newId })
  const identity = await openIdentity(items)
  const companionKey = identity.text
  const pins = await openPins({ database, items, era, companionIdentity: identity.keys.publicKey })
  const grants = await createGrants({ database, items, ledger, companionKey, time })
  const pause = createPause({ database, items, ledger })
  const alarms = createAlarms({ database, items, ledger })
  const mutes = createMutes({ database, items, ledger, time })
  closing.add(() => mutes.close())
  const gate = createGate({ pause, alarms, mutes })
  const wholeLedger = createWholeLedger({ database, items, alarms, signal: ends.signal })
  await wholeLedger.check()
  const policies = await openAcceptedPolicies({ database, items, ledger, era, alarms, companionKey, time })
  const counters = createSqliteCounters(database)
  const clock = createSteadyClock(time, Math.max(ledger.now(), counters.latest() ?? 0))
  const limits = createLimits({ counters, clock, newId })

  const sealing = { folder, database, keyPlace: key.place, items, era, identity, companionKey }
  return {
    ...sealing,
    unfinished,
    vault,
    ledger,
    calls,
    pins,
    grants,
    pause,
    alarms,
    mutes,
    gate,
    policies,
    wholeLedger,
    clock,
    limits,
  }
}

const random = (size: number) => randomBytes(size)
const newId = () => randomUUID()

/** Milliseconds that a keychain may take, also one that asks the person for a password. */
const keychainPatience = 8000
