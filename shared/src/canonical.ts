import { hex } from '@scure/base'
import canonicalize from 'canonicalize'

/** Canonical JSON (RFC 8785): one text for one value, so that a digest or a signature of it means the value. */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Only JSON has a canonical form')
  return text
}

/** SHA-256 of the canonical JSON, as 64 lower-case hex digits. */
export const digest = async (value: unknown): Promise<string> => {
  const bytes = new TextEncoder().encode(canonicalJson(value))
  return hex.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
