// Taken from the platform's own declarations, so that the same source compiles with DOM's types and with Node's.
type Subtle = typeof globalThis.crypto.subtle

export type Key = Parameters<Subtle['sign']>[1]
export type KeyPair = { readonly privateKey: Key; readonly publicKey: Key }

/** One end's long-term ECDH key on P-256. The private key may be non-extractable. */
export type IdentityKeys = {
  readonly privateKey: Key
  /** 65 bytes, uncompressed. */
  readonly publicKey: Uint8Array
  readonly publicCryptoKey: Key
}

export const PUBLIC_KEY_BYTES = 65
export const SIGNATURE_BYTES = 64
