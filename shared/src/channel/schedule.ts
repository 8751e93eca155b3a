import type { Bytes } from './bytes.ts'
import { type Field, hash } from './hash.ts'

/**
 * Where the two believe that they meet: the extension's origin, and the port that the companion listens on.
 * Neither is sent. Each end puts in what it knows, so frames that were forwarded from elsewhere don't open.
 */
export type Place = { readonly origin: string; readonly port: number }

/** `info` of what the companion seals. Both keys are in it, so a frame can't be opened as somebody else's. */
export function infoToBrowser(
  place: Place,
  m1: Uint8Array,
  companionEphemeral: Uint8Array,
  companionIdentity: Uint8Array,
): Promise<Bytes> {
  return hash('companion to browser', ...fieldsOf(place), m1, companionEphemeral, companionIdentity)
}

/** `info` of what the browser seals. */
export function infoToCompanion(
  place: Place,
  m1: Uint8Array,
  m2: Uint8Array,
  browserIdentity: Uint8Array,
): Promise<Bytes> {
  return hash('browser to companion', ...fieldsOf(place), m1, m2, browserIdentity)
}

/** What the browser's signing key signs, to show that it is the browser's own. */
export function signingKeyDigest(
  place: Place,
  m1: Uint8Array,
  m2: Uint8Array,
  browserIdentity: Uint8Array,
  signingKey: Uint8Array,
): Promise<Bytes> {
  return hash('signing key', ...fieldsOf(place), m1, m2, browserIdentity, signingKey)
}

/** Stands beside every record, so each belongs to this one handshake. */
export function transcriptOf(place: Place, m1: Uint8Array, m2: Uint8Array, m3: Uint8Array): Promise<Bytes> {
  return hash('transcript', ...fieldsOf(place), m1, m2, m3)
}

function fieldsOf({ origin, port }: Place): readonly Field[] {
  return [origin, Uint8Array.of(port >> 8, port & 0xff)]
}
