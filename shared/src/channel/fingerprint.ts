import { hash } from './hash.ts'

// Crockford's alphabet: no I, L, O, U.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Forty bits of both ends' keys for two people's eyes, such as `7K2M-9QXD`; the same at both ends. It is there to
 * tell pairings apart. What keeps others out is the pairing code's entropy and the pinned keys, not this.
 */
export async function fingerprint(
  companionIdentity: Uint8Array,
  browserIdentity: Uint8Array,
  signingKey: Uint8Array,
): Promise<string> {
  const digest = await hash('fingerprint', companionIdentity, browserIdentity, signingKey)
  const bits = digest.subarray(0, 5).reduce((whole, byte) => (whole << 8n) | BigInt(byte), 0n)
  const letters = Array.from({ length: 8 }, (_, at) => ALPHABET[Number((bits >> BigInt(35 - 5 * at)) & 31n)])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
