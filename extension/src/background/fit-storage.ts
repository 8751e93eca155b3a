import { encodeSession, type Session } from '@countersign/shared/session/session'

/**
 * The session with as much web storage as fits under `limit` bytes of encoded JSON. Whole origins are left out, the largest
 * first, and named. Undefined when the rest alone is too large: cookies are never left out.
 */
export const fitStorage = (session: Session, limit: number): Session | undefined => {
  const encoded = encodeSession(session)
  const sized = session.origins
    .map((storage, at) => ({ storage, bytes: bytesOf(encoded.origins[at]) }))
    .sort((a, b) => b.bytes - a.bytes)
  for (let dropped = 0; dropped <= sized.length; dropped++) {
    const kept = new Set(sized.slice(dropped).map(({ storage }) => storage))
    const left = sized.slice(0, dropped).map(({ storage, bytes }) => ({ origin: storage.origin, bytes }))
    const fitted = {
      ...session,
      origins: session.origins.filter((storage) => kept.has(storage)),
      leftOut: [...session.leftOut, ...left],
    }
    if (bytesOf(encodeSession(fitted)) <= limit) return fitted
  }
  return undefined
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length
