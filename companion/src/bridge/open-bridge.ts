import type { IdentityKeys } from '@countersign/shared/channel/keys'
import type { Broker } from '../approvals/broker.ts'
import type { Handler } from '../control/handler.ts'
import type { Database } from '../database/database.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Random } from '../random.ts'
import type { Time } from '../time.ts'
import { createBridge, type Bridge } from './bridge.ts'
import type { BrowserServices } from './browser-routes.ts'
import type { Connection } from './connection.ts'
import { pairHandlers } from './pair-handlers.ts'
import { createPairingWindows } from './pairing-window.ts'
import { createPairings, type Pairings } from './pairings.ts'
import type { Pins } from './pins.ts'
import type { Reset } from './reset.ts'
import type { Roster } from './roster.ts'

/** The bridge's parts, wired to each other. */
export const openBridge = (deps: {
  /** That we listen on; part of what the handshake proves. */
  readonly port: number
  readonly identity: IdentityKeys
  readonly pins: Pins
  readonly roster: Roster
  readonly broker: Pick<Broker, 'ask' | 'answer' | 'end' | 'promptsFor'>
  readonly services: Omit<BrowserServices, 'broker'>
  readonly database: Pick<Database, 'transaction'>
  readonly ledger: Pick<Ledger, 'append'>
  readonly reset: Reset
  readonly time: Time
  readonly random: Random
}): Bridge & { readonly pairings: Pairings; readonly handlers: readonly Handler[] } => {
  const connections = new Map<string, Connection>()
  const windows = createPairingWindows({ ...deps, companionIdentity: deps.identity.publicKey })
  const pairings = createPairings({ ...deps, windows, connections })
  const services = { ...deps.services, broker: deps.broker }
  const { accept, close } = createBridge({ ...deps, windows, pairings, connections, services })
  return { accept, close, pairings, handlers: pairHandlers({ pairings, browsers: deps.roster }) }
}
