import { base64urlnopad } from '@scure/base'
import { type Bytes, copyOf } from './bytes.ts'
import type { Psk } from './hpke.ts'

export const SECRET_BYTES = 32
const SECRET_CHARACTERS = 43

/**
 * Why it can't be a code, for the sentence beside the text field.
 * `port`: what stands before the dot is no port. `length`, `characters`: the secret is cut, or has others than base64url's.
 */
export type MalformedCode = 'empty' | 'no-dot' | 'port' | 'length' | 'characters'

export type ParsedCode = { ok: true; port: number; secret: Bytes } | { ok: false; reason: MalformedCode }

/** `PORT.SECRET`, as it is shown, linked and pasted. */
export function makePairingCode(port: number, secret: Uint8Array): string {
  if (!isPort(port)) throw new RangeError(`${port} is no port.`)
  if (secret.length !== SECRET_BYTES) throw new RangeError(`A pairing secret has ${SECRET_BYTES} bytes.`)
  return `${port}.${base64urlnopad.encode(secret)}`
}

/** Space around it is forgiven, since people paste. Each secret has one spelling only. */
export function parsePairingCode(text: string): ParsedCode {
  const code = text.trim()
  if (code === '') return { ok: false, reason: 'empty' }
  const dot = code.indexOf('.')
  if (dot === -1) return { ok: false, reason: 'no-dot' }
  const port = /^[1-9]\d{0,4}$/.test(code.slice(0, dot)) ? Number(code.slice(0, dot)) : 0
  if (!isPort(port)) return { ok: false, reason: 'port' }
  const letters = code.slice(dot + 1)
  if (letters.length !== SECRET_CHARACTERS) return { ok: false, reason: 'length' }
  const secret = decoded(letters)
  return secret === undefined ? { ok: false, reason: 'characters' } : { ok: true, port, secret }
}

export function newPairingSecret(random: (bytes: Bytes) => Bytes = (bytes) => crypto.getRandomValues(bytes)): Bytes {
  return random(new Uint8Array(SECRET_BYTES))
}

/** What the code is to the handshake: a pre-shared key that has never been seen as such by anyone. */
export async function pskOf(secret: Uint8Array): Promise<Psk> {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`A pairing secret has ${SECRET_BYTES} bytes.`)
  const material = await crypto.subtle.importKey('raw', copyOf(secret), 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8.encode('countersign/1 pairing psk') }
  return { id: PSK_ID, key: new Uint8Array(await crypto.subtle.deriveBits(how, material, 256)) }
}

const utf8 = new TextEncoder()
const PSK_ID = utf8.encode('countersign/1 pairing')

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535
}

// The decoder is strict: it refuses padding, and the two spare bits of the last letter when they aren't zero.
function decoded(letters: string): Bytes | undefined {
  try {
    return copyOf(base64urlnopad.decode(letters))
  } catch {
    return undefined
  }
}
