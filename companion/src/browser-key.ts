import { createPublicKey, type KeyObject } from 'node:crypto'
import { keyBytes, keyText, publicKeyText } from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'

/** A browser's public signing key, in the forms in which people and their tools keep one. */

/** As `openssl` and its like take it: SPKI in PEM. */
export const keyPem = (key: string): string => {
  const object = keyObject(key)
  if (object === undefined) throw new CountersignError('key_invalid')
  return object.export({ type: 'spki', format: 'pem' }).toString()
}

/** From PEM, a JWK, or the base64url text itself, to the text; throws `key_invalid`. */
export const readKey = (text: string): string => {
  const key = fromText(text.trim()) ?? fromJwk(text) ?? fromPem(text)
  if (key === undefined) throw new CountersignError('key_invalid')
  return key
}

const fromText = (text: string): string | undefined => {
  const key = publicKeyText.safeParse(text).data
  return key !== undefined && keyObject(key) !== undefined ? key : undefined
}

const fromJwk = (text: string): string | undefined => {
  try {
    return pointOf(publicKeyOf(jwk.parse(JSON.parse(text))))
  } catch {
    return undefined
  }
}

const fromPem = (text: string): string | undefined => {
  try {
    // Asked for first: from a private key, a public one would be made without a word.
    return text.includes('-----BEGIN PUBLIC KEY-----') ? pointOf(createPublicKey(text)) : undefined
  } catch {
    return undefined
  }
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const jwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate })

const publicKeyOf = ({ kty, crv, x, y }: z.output<typeof jwk>): KeyObject =>
  createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })

/** The 65 bytes of the point: 04, x, y. */
const pointOf = (object: KeyObject): string => {
  const { x, y } = jwk.parse(object.export({ format: 'jwk' }))
  return keyText(Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]))
}

/** Undefined for what is no point of the curve. */
const keyObject = (key: string): KeyObject | undefined => {
  try {
    const bytes = Buffer.from(keyBytes(key))
    const [x, y] = [bytes.subarray(1, 33), bytes.subarray(33)].map((part) => part.toString('base64url'))
    const object = publicKeyOf(jwk.parse({ kty: 'EC', crv: 'P-256', x, y }))
    return pointOf(object) === key ? object : undefined
  } catch {
    return undefined
  }
}
