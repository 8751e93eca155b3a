import { type Bytes, copyOf, joined, sameBytes } from './bytes.ts'
import { ChannelError, orRefuse } from './channel-error.ts'
import type { FrameSocket } from './frame-socket.ts'
import { CONNECT_BODY, headOfM3, M4_TYPE, makeM1, makePairBody, OK_BODY, readM2, readM4 } from './handshake-messages.ts'
import { converse } from './handshake-wire.ts'
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
import { createIdentity, importIdentityKey, rawPublicKey } from './identity.ts'
import type { IdentityKeys, KeyPair } from './keys.ts'
import { pskOf } from './pairing-code.ts'
import { infoToBrowser, infoToCompanion, type Place, signingKeyDigest, transcriptOf } from './schedule.ts'
import { createTransport, type SealedTransport } from './transport.ts'

export type BrowserOptions = {
  readonly socket: FrameSocket
  /** The extension's own, such as `chrome-extension://…`. */
  readonly origin: string
  /** The port that was dialled. */
  readonly port: number
  readonly identity: IdentityKeys
  readonly signal: AbortSignal
}

/** Meets the companion that was pinned, or nobody. Throws a ChannelError; a failure never falls into pairing. */
export async function connectAsBrowser(
  options: BrowserOptions & { readonly pin: Uint8Array },
): Promise<{ transport: SealedTransport }> {
  const pin = copyOf(options.pin)
  const { transport } = await shakeHands(options, {
    mode: 'connect',
    notOpening: 'wrong-companion',
    // Before any key is used. And what is used then is the pin, so that this check can't be forgotten.
    identityOf(offered) {
      if (!sameBytes(offered, pin)) throw new ChannelError('wrong-companion', 'Another program answered.')
      return pin
    },
    opener: authRecipient,
    sealer: authSender,
    body: async () => CONNECT_BODY,
  })
  return { transport }
}

/**
 * Meets a companion for the first time, by the code that it shows. When this resolves, and only then, the caller may pin
 * `companionIdentity`: the fourth message has shown that the companion took everything as it was sent.
 */
export async function pairAsBrowser(
  options: BrowserOptions & { readonly secret: Uint8Array; readonly signingKey: KeyPair; readonly label: string },
): Promise<{ transport: SealedTransport; companionIdentity: Uint8Array }> {
  const { secret, signingKey, label } = options
  const psk = await orRefuse(pskOf(secret), 'library', 'The pairing secret can not be used.')
  return shakeHands(options, {
    mode: 'pair',
    notOpening: 'bad-code',
    identityOf: (offered) => offered,
    opener: (keys) => authPskRecipient({ ...keys, psk }),
    sealer: (keys) => authPskSender({ ...keys, psk }),
    async body(place, m1, m2) {
      const publicKey = await rawPublicKey(signingKey.publicKey)
      const digest = await signingKeyDigest(place, m1, m2, options.identity.publicKey, publicKey)
      const proof = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signingKey.privateKey, digest)
      return makePairBody({ label, signingKey: publicKey, proof: new Uint8Array(proof) })
    },
  })
}

/** In what the two modes differ. */
type Way = {
  readonly mode: 'pair' | 'connect'
  /** What it means that the companion's answer doesn't open. */
  readonly notOpening: 'bad-code' | 'wrong-companion'
  identityOf(offered: Bytes): Bytes
  opener(keys: RecipientKeys): Promise<Opener>
  sealer(keys: SenderKeys): Promise<Sealer>
  body(place: Place, m1: Bytes, m2: Bytes): Promise<Uint8Array>
}

function shakeHands(
  { socket, origin, port, identity, signal }: BrowserOptions,
  way: Way,
): Promise<{ transport: SealedTransport; companionIdentity: Uint8Array }> {
  const place = { origin, port }
  const own = { privateKey: identity.privateKey, publicKey: identity.publicCryptoKey }

  return converse({ socket, signal }, async (wire) => {
    const ephemeral = await createIdentity({ extractable: false })
    const m1 = makeM1(way.mode, ephemeral.publicKey)
    wire.send('M1', m1)

    const m2 = await wire.next()
    const answer = readM2(m2)
    const companionIdentity = way.identityOf(answer.identity)
    const opening = way.opener({
      recipient: { privateKey: ephemeral.privateKey, publicKey: ephemeral.publicCryptoKey },
      sender: await importIdentityKey(companionIdentity),
      enc: answer.enc,
      info: await infoToBrowser(place, m1, answer.ephemeral, companionIdentity),
    })
    const opener = await orRefuse(opening, 'malformed', 'M2 holds no usable key.')
    await orRefuse(opener.open(answer.sealed, answer.head), way.notOpening, 'M2 does not open.')

    // The companion has proven itself. Only now does it hear who we are.
    const sealing = way.sealer({
      sender: own,
      recipient: await importIdentityKey(answer.ephemeral),
      info: await infoToCompanion(place, m1, m2, identity.publicKey),
    })
    const sealer = await sealing
    const head = headOfM3(identity.publicKey, sealer.enc)
    const m3 = joined(head, await sealer.seal(await way.body(place, m1, m2), head))
    wire.expectRecords()
    wire.send('M3', m3)

    const transcript = await transcriptOf(place, m1, m2, m3)
    const { sealed } = readM4(await wire.next())
    const ok = await orRefuse(
      opener.open(sealed, joined(Uint8Array.of(M4_TYPE), transcript)),
      'malformed',
      'M4 does not open.',
    )
    if (!sameBytes(ok, OK_BODY)) throw new ChannelError('malformed', 'M4 says something else.')

    const parts = { socket, sealer, opener, transcript, peerIdentity: companionIdentity }
    const { transport, frames } = createTransport(parts)
    wire.handOver(frames)
    return { transport, companionIdentity }
  })
}
