import { sameBytes } from '../bytes.ts'
import { connectAsBrowser, pairAsBrowser } from '../handshake-browser.ts'
import { acceptAsCompanion, type BrowserPin, type Pairing } from '../handshake-companion.ts'
import { createIdentity } from '../identity.ts'
import type { IdentityKeys, KeyPair } from '../keys.ts'
import { createMemorySockets, type Meddler, type MemorySockets } from '../memory-socket.ts'
import { newPairingSecret } from '../pairing-code.ts'

export const ORIGIN = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
export const PORT = 47_616

/** Everything that the two ends bring with them. Change one part to see it refused. */
export type Cast = {
  readonly browser: {
    identity: IdentityKeys
    signingKey: KeyPair
    secret: Uint8Array
    pin: Uint8Array
    origin: string
    port: number
  }
  readonly companion: {
    identity: IdentityKeys
    origin: string
    port: number
    pairing: TestPairing
    paired: readonly BrowserPin[]
  }
}

export async function createCast(): Promise<Cast> {
  const [browser, companion, signingKey] = await Promise.all([
    createIdentity({ extractable: false }),
    createIdentity({ extractable: false }),
    createSigningKey(),
  ])
  const secret = newPairingSecret()
  const pin = { identity: browser.publicKey, signingKey: new Uint8Array(65), label: 'Chromium', origin: ORIGIN }
  return {
    browser: { identity: browser, signingKey, secret, pin: companion.publicKey, origin: ORIGIN, port: PORT },
    companion: { identity: companion, origin: ORIGIN, port: PORT, pairing: createTestPairing(secret), paired: [pin] },
  }
}

export async function createSigningKey(): Promise<KeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}

/** A code's owner that keeps everything in memory, and remembers what it was told. */
export type TestPairing = Pairing & {
  readonly pins: BrowserPin[]
  readonly secondProofs: Uint8Array[]
  replace(secret: Uint8Array | undefined): void
}

export function createTestPairing(secret: Uint8Array | undefined): TestPairing {
  let open = secret
  const pins: BrowserPin[] = []
  const secondProofs: Uint8Array[] = []
  return {
    pins,
    secondProofs,
    replace(another) {
      open = another
    },
    secret: () => open,
    winner: () => pins[0]?.identity,
    async consume(pin, proven) {
      if (open === undefined || !sameBytes(open, proven) || pins.length > 0) return 'refused'
      pins.push(pin)
      return 'pinned'
    },
    async secondProof(identity) {
      secondProofs.push(identity)
    },
  }
}

/** Lets the two ends meet, with somebody in between if you like, and waits until both know how it went. */
export async function meet(
  mode: 'pair' | 'connect',
  cast: Cast,
  meddle?: Meddler,
  signal = new AbortController().signal,
) {
  const sockets = createMemorySockets(meddle)
  const [browser, companion] = await Promise.allSettled([
    startBrowser(mode, cast, sockets, signal),
    startCompanion(cast, sockets, signal),
  ])
  return { browser, companion, sockets }
}

export function startBrowser(mode: 'pair' | 'connect', { browser }: Cast, sockets: MemorySockets, signal: AbortSignal) {
  const { identity, origin, port, pin, secret, signingKey } = browser
  const common = { socket: sockets.browser, identity, origin, port, signal }
  return mode === 'pair'
    ? pairAsBrowser({ ...common, secret, signingKey, label: 'Chromium' })
    : connectAsBrowser({ ...common, pin })
}

export function startCompanion({ companion }: Cast, sockets: MemorySockets, signal: AbortSignal) {
  const { identity, origin, port, pairing, paired } = companion
  return acceptAsCompanion({
    socket: sockets.companion,
    identity,
    origin,
    port,
    signal,
    pairing,
    findBrowser: async (key) => paired.find((pin) => sameBytes(pin.identity, key)),
  })
}

/** Both ends of a channel that stands. */
export async function connected(meddle?: Meddler) {
  const cast = await createCast()
  const { browser, companion, sockets } = await meet('connect', cast, meddle)
  if (browser.status === 'rejected') throw browser.reason
  if (companion.status === 'rejected') throw companion.reason
  return { browser: browser.value.transport, companion: companion.value.transport, sockets, cast }
}
