/**
 * What one agent may take up of us, over all its connections. However many it opens, they have no more than this between them,
 * and there is room for others.
 */
export type Intake = {
  /** Takes a place for a relay, and gives what leaves it again; undefined when all of its places are taken. */
  enter(): (() => void) | undefined
  /**
   * Is told by how many bytes it is more, or fewer, that we keep of what it has begun to say. False when that is too much; what was
   * told counts in either case.
   */
  hold(bytes: number): boolean
}

/** Several of the longest lines at once. */
const mostBytes = 32 * 1024 * 1024
/** A client has one relay, and each of its own agents one more. */
const mostRelays = 64

/** By the grant's id. */
export const createIntakes = (): ((grant: string) => Intake) => {
  const held = new Map<string, number>()
  const relays = new Map<string, number>()
  const inside = (grant: string) => relays.get(grant) ?? 0
  return (grant) => ({
    enter() {
      if (inside(grant) >= mostRelays) return undefined
      relays.set(grant, inside(grant) + 1)
      return () => relays.set(grant, inside(grant) - 1)
    },
    hold(bytes) {
      const now = (held.get(grant) ?? 0) + bytes
      if (now === 0) held.delete(grant)
      else held.set(grant, now)
      return now <= mostBytes
    },
  })
}
