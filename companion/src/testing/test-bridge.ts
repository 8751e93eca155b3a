import { createMemorySockets, type MemorySockets, type Meddler } from '@countersign/shared/channel/memory-socket'
import { Secret } from '@countersign/shared/secret'
import type { Observation } from '@countersign/shared/session/observation'
import type { Overview } from '@countersign/shared/protocol/overview'
import { randomBytes, randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { createAlarms } from '../access/alarms.ts'
import { createCountersignatureSequence } from '../access/countersignature-sequence.ts'
import { createSessionViews } from '../access/session-views.ts'
import { createApprovals } from '../approvals/approvals.ts'
import { createBroker } from '../approvals/broker.ts'
import { extensionOrigins } from '../bridge/extension-ids.ts'
import { createBridge } from '../bridge/bridge.ts'
import { createConnections } from '../bridge/connections.ts'
import { createPairingWindows } from '../bridge/pairing-window.ts'
import { createPairings } from '../bridge/pairings.ts'
import { openPins } from '../bridge/pins.ts'
import { createReset } from '../bridge/reset.ts'
import { createRoster } from '../bridge/roster.ts'
import { openIdentity } from '../identity.ts'
import { createLedger } from '../ledger/ledger.ts'
import { createEra } from '../vault/era.ts'
import { createSealedItems } from '../vault/sealed-items.ts'
import { fakeTime } from './fake-time.ts'
import { sampleSession } from './sample-session.ts'
import { tempDatabase } from './temp-database.ts'

export const origin = extensionOrigins[0] ?? ''
const claim = { program: 'zsh', parent: 'code', pid: 4711, folder: '/home/ada' }

/** A real bridge over real storage; its sockets are in memory, and its time is the test's. */
export const testBridge = async (port = 47616) => {
  const time = fakeTime()
  const { database, meddle } = tempDatabase()
  const sealed = { database, masterKey: new Secret(new Uint8Array(32)), random: (size: number) => randomBytes(size) }
  const items = createSealedItems(sealed)
  const era = createEra({ ...sealed, items })
  const ledger = createLedger({ database, time })
  const identity = await openIdentity(items)
  const kept = { things: 0 }
  /** What browsers told of their sign-in. */
  const observed: string[] = []
  const erasables = [{ isEmpty: () => kept.things === 0, erase: () => void (kept.things = 0) }]

  /** Reads the storage as a start of the companion does. */
  const start = async () => {
    const pins = await openPins({ database, items, era, companionIdentity: identity.keys.publicKey })
    const roster = createRoster(pins)
    const sequence = createCountersignatureSequence(database)
    const approvals = createApprovals({ database, sequence, ledger })
    const broker = createBroker({
      browsers: roster,
      companionKey: identity.text,
      approvals,
      remembered: { take: () => undefined },
      time,
      longest: 600,
      newId: () => randomUUID(),
    })
    const reset = createReset({ database, items, pins, ledger, time, erasables })
    const terminal = { require: () => undefined, muted: () => new AbortController().signal }
    const shared = { port, terminal, identity: identity.keys, pins, roster, broker, database, ledger, reset, era, time }
    const connections = createConnections()
    const alarms = createAlarms({ database, items, ledger })
    const companionIdentity = identity.keys.publicKey
    const windows = createPairingWindows({ port, companionIdentity, time, random: sealed.random })
    const pairings = createPairings({ ...shared, windows, connections })
    const services = {
      broker,
      saves: { fromClick: () => Promise.reject(new Error('not here')) },
      history: createSessionViews({ versions: () => [], openVersion: () => sampleSession() }),
      pause: { pause: () => Promise.resolve() },
      remembered: { forget: () => undefined },
      endReleased: () => undefined,
      mute: () => undefined,
      observations: { heard: (_from: unknown, { signIn }: Observation) => void observed.push(signIn) },
      acts: { perform: () => Promise.resolve({ kind: 'done' } as const) },
      ledger: { head: ledger.head, met: () => undefined },
      overviewFor: () => emptyOverview,
    }
    const bridge = createBridge({ ...shared, windows, pairings, connections, alarms, services })
    return { alarms, pins, roster, broker, reset, pairings, ...bridge }
  }
  const running = await start()
  onTestFinished(() => running.close())

  /** `countersign pair`: the code, what is said on the way, and how it comes out. */
  const pair = (pairings = running.pairings) => {
    const controller = new AbortController()
    const events: unknown[] = []
    let code = ''
    const said = (event: unknown) => {
      events.push(event)
      if (typeof event === 'object' && event !== null && 'code' in event) code = String(event.code)
    }
    const outcome = pairings.pair({ claim, signal: controller.signal, said })
    outcome.catch(() => undefined)
    return { code, events, outcome, abort: () => controller.abort() }
  }
  /** The browser's end of a new connection to the bridge. */
  const dial = (meddler?: Meddler, from = origin): MemorySockets => {
    const sockets = createMemorySockets(meddler)
    running.accept({ socket: { ...sockets.companion, trust: () => undefined }, origin: from })
    return sockets
  }
  const rows = () => ledger.list().map(({ kind, code }) => (code === null ? kind : `${kind} ${code}`))
  return { ...running, time, items, kept, observed, meddle, start, pair, dial, rows, database }
}

const emptyOverview: Overview = {
  version: '1',
  port: 47616,
  paused: false,
  key: 'file',
  accounts: [],
  agents: [],
  remembered: [],
  released: [],
  browsers: [],
  activity: [],
  resetAt: null,
  alarms: [],
}
