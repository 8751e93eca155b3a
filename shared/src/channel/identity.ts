import { copyOf } from './bytes.ts'
import { ChannelError, orRefuse } from './channel-error.ts'
import { type IdentityKeys, type Key, type KeyPair, PUBLIC_KEY_BYTES } from './keys.ts'

const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** A new key for one end, or for one connection. Extractable only where it must be stored as bytes. */
export async function createIdentity(options: { extractable: boolean }): Promise<IdentityKeys> {
  return identityOf(await crypto.subtle.generateKey(ECDH, options.extractable, ['deriveBits']))
}

/** From a stored pair. The public key is always exportable, the private one needs only `deriveBits`. */
export async function identityOf(pair: KeyPair): Promise<IdentityKeys> {
  return {
    privateKey: pair.privateKey,
    publicKey: await rawPublicKey(pair.publicKey),
    publicCryptoKey: pair.publicKey,
  }
}

export async function rawPublicKey(key: Key): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', key))
}

/** Throws `malformed` unless it is one uncompressed point on the curve. */
export async function importIdentityKey(raw: Uint8Array): Promise<Key> {
  checkPublicKey(raw)
  return orRefuse(crypto.subtle.importKey('raw', copyOf(raw), ECDH, true, []), 'malformed', 'That is no key on P-256.')
}

/** The same for a key that verifies signatures. */
export async function importSigningKey(raw: Uint8Array): Promise<Key> {
  checkPublicKey(raw)
  const key = crypto.subtle.importKey('raw', copyOf(raw), ECDSA, true, ['verify'])
  return orRefuse(key, 'malformed', 'That is no signing key on P-256.')
}

// WebCrypto takes compressed points too, and one key with two encodings would be two identities.
function checkPublicKey(raw: Uint8Array): void {
  if (raw.length !== PUBLIC_KEY_BYTES || raw[0] !== 0x04) {
    throw new ChannelError('malformed', 'A public key must be 65 bytes that start with 04.')
  }
}
