/** Bytes of our own: backed by an ArrayBuffer that nobody else holds, which is also what WebCrypto asks for. */
export type Bytes = Uint8Array<ArrayBuffer>

export function copyOf(bytes: Uint8Array): Bytes {
  // Not slice(): on Node's Buffer that is a view of the same memory.
  return new Uint8Array(bytes)
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (const [at, byte] of a.entries()) difference |= byte ^ (b[at] ?? 0)
  return difference === 0
}
