import { setMaxListeners } from 'node:events'
import { keyText } from '@countersign/shared/approval/countersignature'
import { acceptAsCompanion } from '@countersign/shared/channel/handshake-companion'
import type { IdentityKeys } from '@countersign/shared/channel/keys'
import { REFUSED } from '@countersign/shared/channel/limits'
import type { SealedTransport } from '@countersign/shared/channel/transport'
import { createPeer } from '@countersign/shared/protocol/peer'
import type { Accept } from '../http/listener.ts'
import type { Alarms } from '../access/alarms.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Time } from '../time.ts'
import { createTurns } from '../turns.ts'
import type { BrowserServices } from './browser-routes.ts'
import { createConnection, sayFarewell } from './connection.ts'
import type { Connections } from './connections.ts'
import { createSuspicion } from './suspicion.ts'
import type { PairingWindows } from './pairing-window.ts'
import type { Pairings } from './pairings.ts'
import type { Pins } from './pins.ts'
import type { Roster } from './roster.ts'
import type { BridgeSocket } from './socket.ts'
import { createUnknownPeers } from './unknown-peers.ts'

/** Socket → handshake → one connection for each paired browser. */
export type Bridge = {
  readonly accept: Accept
  /** Says goodbye to every browser. */
  close(): Promise<void>
}

/** How many may be in the handshake at once. It takes 10 ms, so whoever is the oldest of so many is not going to finish. */
const mostHalfOpen = 16

export const createBridge = (deps: {
  readonly port: number
  readonly identity: IdentityKeys
  readonly pins: Pins
  readonly roster: Roster
  readonly windows: PairingWindows
  readonly pairings: Pick<Pairings, 'spoke' | 'turnedAway'>
  /** Kept here, read by the pairings. */
  readonly connections: Connections
  readonly alarms: Pick<Alarms, 'list' | 'raise' | 'onChange'>
  readonly services: BrowserServices
  readonly ledger: Pick<Ledger, 'append'>
  readonly time: Time
}): Bridge => {
  const { port, identity, pins, roster, windows, pairings, connections, alarms, services, time } = deps
  const unknownPeers = createUnknownPeers(deps)
  const halfOpen = new Set<BridgeSocket>()
  const closing = new AbortController()
  // One for each handshake.
  setMaxListeners(2 * mostHalfOpen, closing.signal)
  const turns = createTurns()
  const suspicion = createSuspicion({ alarms, connections, pins })

  const shakeHands = async (socket: BridgeSocket, origin: string): Promise<SealedTransport | undefined> => {
    try {
      const { transport } = await acceptAsCompanion({
        socket,
        origin,
        port,
        identity,
        signal: closing.signal,
        findBrowser: async (key) => pins.find(keyText(key)),
        pairing: windows.pairing,
      })
      socket.trust()
      return transport
    } catch (failure) {
      // The channel has closed the socket, with the same code for every reason.
      unknownPeers.noted(failure)
      return undefined
    }
  }

  /** One connection a browser. An older one gives way unless it is alive: then the key is in two places, and neither counts. */
  const admit = async (transport: SealedTransport): Promise<void> => {
    const name = keyText(transport.peerIdentity)
    if (!(await suspicion.lets(name))) return transport.close()
    const pin = pins.find(name)
    if (closing.signal.aborted) return transport.close()
    // Its pin was taken back since the handshake, and nobody has told it yet.
    if (pin === undefined) return sayFarewell(createPeer(transport, []), pairings.turnedAway(name))
    const spoke = () => pairings.spoke(name)
    const suspected = () => suspicion.falls(pin)
    const connection = createConnection({ transport, pin, pins, roster, services, time, suspected, spoke })
    connections.add(name, connection)
    connection.listen()
  }

  const accept = async (socket: BridgeSocket, origin: string): Promise<void> => {
    const [oldest] = halfOpen
    if (oldest !== undefined && halfOpen.size >= mostHalfOpen) {
      halfOpen.delete(oldest)
      oldest.close(REFUSED)
    }
    halfOpen.add(socket)
    const transport = await shakeHands(socket, origin)
    halfOpen.delete(socket)
    if (transport !== undefined) await turns.take(keyText(transport.peerIdentity), () => admit(transport))
  }

  return {
    accept: ({ socket, origin }) => void accept(socket, origin),
    async close() {
      closing.abort()
      suspicion.close()
      unknownPeers.close()
      await Promise.all(connections.all().map((connection) => connection.close()))
    },
  }
}
