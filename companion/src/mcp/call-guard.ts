import type { Time } from '../time.ts'

/** A plain guard before the policy: so many calls a second for each grant, over all its connections. */
export type CallGuard = {
  /** Undefined lets the call pass; else the seconds until the next one will. */
  take(grant: string): number | undefined
}

const most = 20
const window = 1000

export const createCallGuard = (time: Pick<Time, 'monotonic'>): CallGuard => {
  const recent = new Map<string, number[]>()
  return {
    take: (grant) => {
      const now = time.monotonic()
      const calls = (recent.get(grant) ?? []).filter((at) => at > now - window)
      const [oldest] = calls
      if (calls.length >= most && oldest !== undefined) {
        recent.set(grant, calls)
        return Math.max(1, Math.ceil((oldest + window - now) / 1000))
      }
      recent.set(grant, [...calls, now])
      return undefined
    },
  }
}
