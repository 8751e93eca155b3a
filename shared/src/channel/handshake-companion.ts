import { type Bytes, copyOf, joined, sameBytes } from './bytes.ts'
import { ChannelError, orRefuse } from './channel-error.ts'
import type { FrameSocket } from './frame-socket.ts'
import {
  CONNECT_BODY,
  headOfM2,
  M4_TYPE,
  type Mode,
  OK_BODY,
  type PairBody,
  readM1,
  readM3,
  readPairBody,
} from './handshake-messages.ts'
import { converse, type Wire } from './handshake-wire.ts'
import {
  authPskRecipient,
  authPskSender,
  authRecipient,
  authSender,
  type Opener,
  type RecipientKeys,
  type Sealer,
  type SenderKeys,
} from './hpke.ts'
import { createIdentity, importIdentityKey, importSigningKey } from './identity.ts'
import type { IdentityKeys } from './keys.ts'
import { pskOf } from './pairing-code.ts'
import { infoToBrowser, infoToCompanion, type Place, signingKeyDigest, transcriptOf } from './schedule.ts'
import { createTransport, type SealedTransport } from './transport.ts'

export type BrowserPin = {
  readonly identity: Uint8Array
  readonly signingKey: Uint8Array
  readonly label: string
  readonly origin: string
}

/** One pairing code's life, as its owner keeps it. All connections share it. */
export interface Pairing {
  /** The code's 32 bytes from when it is shown until its two minutes are over: also after it was consumed. */
  secret(): Uint8Array | undefined
  /** The identity that consumed the code now alive, if one has. */
  winner(): Uint8Array | undefined
  /**
   * Consumes the code and stores the pin, provisional, in one transaction. `refused` when it is used up, too late, or no
   * longer the code whose `secret` was proven: another one may have been shown in the meantime.
   */
  consume(pin: BrowserPin, secret: Uint8Array): Promise<'pinned' | 'refused'>
  /** Somebody else than the winner has proven the same code, so it has leaked: the pin must go, and both be told. */
  secondProof(identity: Uint8Array): Promise<void>
}

export type CompanionOptions = {
  readonly socket: FrameSocket
  /** As the browser sent it at the upgrade. It is proven by the handshake. */
  readonly origin: string
  /** The companion's own listening port. */
  readonly port: number
  readonly identity: IdentityKeys
  readonly signal: AbortSignal
  /** A paired browser by its identity. */
  findBrowser(identity: Uint8Array): Promise<{ readonly origin: string } | undefined>
  readonly pairing: Pairing
}

/**
 * Answers one browser. Throws a ChannelError. After `pinned` it may still throw, when the fourth message can't be sent:
 * a pin is provisional until the browser's first message on the transport.
 */
export function acceptAsCompanion(
  options: CompanionOptions,
): Promise<{ transport: SealedTransport; mode: Mode; browserIdentity: Uint8Array }> {
  const { socket, origin, port, identity, signal } = options
  const place = { origin, port }

  return converse({ socket, signal }, async (wire) => {
    const m1 = await wire.next()
    const { mode, ephemeral: browserEphemeral } = readM1(m1)
    const way = await wayOf(mode, options, wire)

    const ephemeral = await createIdentity({ extractable: false })
    const sealer = await way.sealer({
      sender: { privateKey: identity.privateKey, publicKey: identity.publicCryptoKey },
      recipient: await importIdentityKey(browserEphemeral),
      info: await infoToBrowser(place, m1, ephemeral.publicKey, identity.publicKey),
    })
    const head = headOfM2(ephemeral.publicKey, identity.publicKey, sealer.enc)
    const m2 = joined(head, await sealer.seal(new Uint8Array(0), head))
    wire.send('M2', m2)

    const m3 = await wire.next()
    const proof = readM3(m3, mode)
    const opening = way.opener({
      recipient: { privateKey: ephemeral.privateKey, publicKey: ephemeral.publicCryptoKey },
      sender: await importIdentityKey(proof.identity),
      enc: proof.enc,
      info: await infoToCompanion(place, m1, m2, proof.identity),
    })
    const opener = await orRefuse(opening, 'malformed', 'M3 holds no usable key.')
    const body = await orRefuse(opener.open(proof.sealed, proof.head), 'malformed', 'M3 does not open.')
    await way.admit({ place, m1, m2, identity: proof.identity, body })

    const transcript = await transcriptOf(place, m1, m2, m3)
    const type = Uint8Array.of(M4_TYPE)
    const m4 = joined(type, await sealer.seal(OK_BODY, joined(type, transcript)))
    const parts = { socket, sealer, opener, transcript, peerIdentity: proof.identity }
    const { transport, frames } = createTransport(parts)
    wire.send('M4', m4)
    wire.handOver(frames)
    return { transport, mode, browserIdentity: proof.identity }
  })
}

/** What M3 has shown: this identity, in this conversation, says this. */
type Shown = {
  readonly place: Place
  readonly m1: Bytes
  readonly m2: Bytes
  readonly identity: Bytes
  readonly body: Bytes
}

/** In what the two modes differ. */
type Way = {
  sealer(keys: SenderKeys): Promise<Sealer>
  opener(keys: RecipientKeys): Promise<Opener>
  /** Throws unless this browser may come in. */
  admit(shown: Shown): Promise<void>
}

async function wayOf(mode: Mode, { findBrowser, pairing }: CompanionOptions, wire: Wire): Promise<Way> {
  if (mode === 'connect') {
    return { sealer: authSender, opener: authRecipient, admit: (shown) => admitPaired(shown, findBrowser) }
  }
  const alive = pairing.secret()
  if (alive === undefined) throw new ChannelError('no-pairing-window', 'No pairing code is alive.')
  const secret = copyOf(alive)
  const psk = await pskOf(secret)
  return {
    sealer: (keys) => authPskSender({ ...keys, psk }),
    opener: (keys) => authPskRecipient({ ...keys, psk }),
    admit: (shown) => admitNew(shown, secret, pairing, wire),
  }
}

async function admitPaired(shown: Shown, findBrowser: CompanionOptions['findBrowser']): Promise<void> {
  if (!sameBytes(shown.body, CONNECT_BODY)) throw new ChannelError('malformed', 'M3 says something else.')
  const known = await findBrowser(shown.identity)
  if (known === undefined) throw new ChannelError('unknown-browser', 'This browser is not paired.')
  if (known.origin !== shown.place.origin) {
    throw new ChannelError('unknown-browser', 'This browser was paired from another extension.')
  }
}

async function admitNew(shown: Shown, secret: Uint8Array, pairing: Pairing, wire: Wire): Promise<void> {
  const { label, signingKey, proof } = readPairBody(shown.body)
  await checkProof(shown, { label, signingKey, proof })
  const { identity, place } = shown

  checkStillShown(secret, pairing)
  if (pairing.winner() === undefined) {
    // Nothing is pinned for a browser that has gone already: it could never learn of it.
    wire.checkAlive()
    if ((await pairing.consume({ identity, signingKey, label, origin: place.origin }, secret)) === 'pinned') return
  }
  // Asked again, since another connection may have consumed the code in the meantime.
  checkStillShown(secret, pairing)
  const winner = pairing.winner()
  if (winner === undefined) throw new ChannelError('no-pairing-window', 'The pairing code was refused.')
  if (!sameBytes(winner, identity)) await pairing.secondProof(identity)
  throw new ChannelError('code-used', 'This pairing code was used before.')
}

/** The code that was proven must be the one that is alive now: an old one must not open a new one's door. */
function checkStillShown(secret: Uint8Array, pairing: Pairing): void {
  const alive = pairing.secret()
  if (alive === undefined || !sameBytes(alive, secret)) {
    throw new ChannelError('no-pairing-window', 'The pairing code has run out.')
  }
}

/** A browser may only register a signing key that it holds, in this very conversation. */
async function checkProof({ place, m1, m2, identity }: Shown, { signingKey, proof }: PairBody): Promise<void> {
  const digest = await signingKeyDigest(place, m1, m2, identity, signingKey)
  const key = await importSigningKey(signingKey)
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  const valid = await crypto.subtle.verify(how, key, new Uint8Array(proof), digest)
  if (!valid) throw new ChannelError('bad-proof', 'The signing key is not proven.')
}
