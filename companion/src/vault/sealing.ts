import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { canonicalJson } from '@countersign/shared/canonical'
import type { Random } from '../random.ts'

/** What a sealed text belongs to. It is authenticated with it, so that no part passes for another, nor an old for a new one. */
export type Bound = Readonly<Record<string, string | number>>

export const keySize = 32

const form = 1
const nonceSize = 12
const tagSize = 16

/**
 * AES-256-GCM: form (1 byte), nonce (12), ciphertext, tag (16).
 * Nonces are drawn at random: under the master's own keys there are far fewer than the 2^32 that this allows.
 */
export const seal = (key: Uint8Array, text: Uint8Array, bound: Bound, random: Random): Uint8Array => {
  const nonce = random(nonceSize)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagSize })
  cipher.setAAD(associated(bound))
  return Buffer.concat([Buffer.of(form), nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

/** The text, or undefined when key, bytes or what it is bound to are not those that it was sealed with. */
export const unseal = (key: Uint8Array, sealed: Uint8Array, bound: Bound): Uint8Array | undefined => {
  if (sealed.length < 1 + nonceSize + tagSize || sealed[0] !== form) return undefined
  const nonce = sealed.subarray(1, 1 + nonceSize)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagSize })
  decipher.setAAD(associated(bound))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagSize))
  try {
    const text = decipher.update(sealed.subarray(1 + nonceSize, sealed.length - tagSize))
    return Buffer.concat([text, decipher.final()])
  } catch {
    return undefined
  }
}

/** A key for one purpose, so that the master key itself seals nothing. */
export const deriveKey = (master: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `countersign/1 ${purpose}`, keySize))

/** A name that only who has the key can tell from another, as 64 hex digits. */
export const disguise = (key: Uint8Array, name: string): string => createHmac('sha256', key).update(name).digest('hex')

const associated = (bound: Bound): Uint8Array => Buffer.from(canonicalJson(bound))
