import { type Bytes, joined } from './bytes.ts'
import { ChannelError } from './channel-error.ts'
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './keys.ts'
import { VERSION } from './limits.ts'

// Raw bytes of exact lengths, because every message has to have one spelling: with JSON or base64url some single-byte
// changes are no change at all to a lenient decoder.

export type Mode = 'pair' | 'connect'

const TAG_BYTES = 16
export const MAX_LABEL_BYTES = 80
const LABEL_BYTES = 1 + MAX_LABEL_BYTES
const PAIR_BODY_BYTES = LABEL_BYTES + PUBLIC_KEY_BYTES + SIGNATURE_BYTES

export const CONNECT_BODY = new TextEncoder().encode('{}')
export const OK_BODY = new TextEncoder().encode('{"ok":true}')

export const M1_BYTES = 3 + PUBLIC_KEY_BYTES
export const M2_BYTES = 1 + 3 * PUBLIC_KEY_BYTES + TAG_BYTES
export const M3_BYTES = {
  pair: 1 + 2 * PUBLIC_KEY_BYTES + PAIR_BODY_BYTES + TAG_BYTES,
  connect: 1 + 2 * PUBLIC_KEY_BYTES + CONNECT_BODY.length + TAG_BYTES,
} as const
export const M4_BYTES = 1 + OK_BODY.length + TAG_BYTES
export const M4_TYPE = 0x04

export function makeM1(mode: Mode, ephemeral: Uint8Array): Bytes {
  return joined(Uint8Array.of(0x01, VERSION, MODES[mode]), ephemeral)
}

export function readM1(frame: Bytes): { mode: Mode; ephemeral: Bytes } {
  checkFrame(frame, 0x01, M1_BYTES)
  if (frame[1] !== VERSION) throw new ChannelError('malformed', 'The browser speaks another version.')
  const mode = frame[2] === MODES.pair ? 'pair' : frame[2] === MODES.connect ? 'connect' : undefined
  if (mode === undefined) throw new ChannelError('malformed', 'M1 names no mode.')
  return { mode, ephemeral: frame.slice(3) }
}

/** What stands before the sealed part of M2 or M3, and is authenticated with it. */
export function headOfM2(ephemeral: Uint8Array, identity: Uint8Array, enc: Uint8Array): Bytes {
  return joined(Uint8Array.of(0x02), ephemeral, identity, enc)
}

export function readM2(frame: Bytes): { head: Bytes; ephemeral: Bytes; identity: Bytes; enc: Bytes; sealed: Bytes } {
  checkFrame(frame, 0x02, M2_BYTES)
  return {
    head: frame.slice(0, 1 + 3 * PUBLIC_KEY_BYTES),
    ephemeral: keyAt(frame, 0),
    identity: keyAt(frame, 1),
    enc: keyAt(frame, 2),
    sealed: frame.slice(1 + 3 * PUBLIC_KEY_BYTES),
  }
}

export function headOfM3(identity: Uint8Array, enc: Uint8Array): Bytes {
  return joined(Uint8Array.of(0x03), identity, enc)
}

export function readM3(frame: Bytes, mode: Mode): { head: Bytes; identity: Bytes; enc: Bytes; sealed: Bytes } {
  checkFrame(frame, 0x03, M3_BYTES[mode])
  return {
    head: frame.slice(0, 1 + 2 * PUBLIC_KEY_BYTES),
    identity: keyAt(frame, 0),
    enc: keyAt(frame, 1),
    sealed: frame.slice(1 + 2 * PUBLIC_KEY_BYTES),
  }
}

export function readM4(frame: Bytes): { sealed: Bytes } {
  checkFrame(frame, M4_TYPE, M4_BYTES)
  return { sealed: frame.slice(1) }
}

export type PairBody = { readonly label: string; readonly signingKey: Uint8Array; readonly proof: Uint8Array }

/** The label is padded, so that the length of M3 doesn't tell it. */
export function makePairBody({ label, signingKey, proof }: PairBody): Bytes {
  const text = new TextEncoder().encode(label)
  if (!isLabel(label, text.length)) throw new ChannelError('library', `A label has 1 to ${MAX_LABEL_BYTES} bytes.`)
  const padding = new Uint8Array(MAX_LABEL_BYTES - text.length)
  return joined(Uint8Array.of(text.length), text, padding, signingKey, proof)
}

export function readPairBody(body: Bytes): PairBody {
  const length = body[0] ?? 0
  const label = decoded(body.slice(1, 1 + length))
  const padding = body.slice(1 + length, LABEL_BYTES)
  if (label === undefined || !isLabel(label, length) || padding.some((byte) => byte !== 0)) {
    throw new ChannelError('malformed', 'The label is not one.')
  }
  return {
    label,
    signingKey: body.slice(LABEL_BYTES, LABEL_BYTES + PUBLIC_KEY_BYTES),
    proof: body.slice(LABEL_BYTES + PUBLIC_KEY_BYTES),
  }
}

const MODES = { pair: 1, connect: 2 } as const

function isLabel(label: string, bytes: number): boolean {
  return bytes >= 1 && bytes <= MAX_LABEL_BYTES && !/\p{Cc}/u.test(label)
}

function checkFrame(frame: Bytes, type: number, length: number): void {
  if (frame.length !== length || frame[0] !== type) throw new ChannelError('malformed', `That is no M${type}.`)
}

// Behind the type byte stand only public keys, until the sealed part.
function keyAt(frame: Bytes, place: number): Bytes {
  return frame.slice(1 + place * PUBLIC_KEY_BYTES, 1 + (place + 1) * PUBLIC_KEY_BYTES)
}

function decoded(text: Bytes): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text)
  } catch {
    return undefined
  }
}
