/**
 * What we keep of what an agent has begun to say, over all its connections. However many it opens, they have no more than this
 * between them, and there is room for others.
 */
export type Intake = {
  /** Told by how many bytes it is more, or fewer; false when it is too much. What was told counts in either case. */
  hold(bytes: number): boolean
}

/** Several of the longest at once. */
const most = 32 * 1024 * 1024

/** By the grant's id. */
export const createIntakes = (): ((grant: string) => Intake) => {
  const held = new Map<string, number>()
  return (grant) => ({
    hold(bytes) {
      const now = (held.get(grant) ?? 0) + bytes
      if (now === 0) held.delete(grant)
      else held.set(grant, now)
      return now <= most
    },
  })
}
