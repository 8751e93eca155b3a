import type { Time } from '../time.ts'

/**
 * A plain guard before the policy: so many calls a second for each grant, over all its connections. One that comes a little early is
 * held back for that little, since an agent that asks one thing after another has done nothing wrong; who sends more than that at
 * once is refused.
 */
export type CallGuard = {
  take(grant: string): Turn
}
export type Turn =
  /** The call's turn comes after so many milliseconds, a second at most. */
  | { readonly kind: 'turn'; readonly wait: number }
  /** As many wait already as may. Seconds until one will have a turn. */
  | { readonly kind: 'full'; readonly retryAfter: number }

const most = 20
const window = 1000

export const createCallGuard = (time: Pick<Time, 'monotonic'>): CallGuard => {
  /** By grant: the turns of its newest calls, of which some may be to come. No window of a second has more than `most` of them. */
  const turns = new Map<string, readonly number[]>()
  return {
    take: (grant) => {
      const now = time.monotonic()
      const newest = (turns.get(grant) ?? []).slice(-most)
      const [first] = newest
      const turn = newest.length < most || first === undefined ? now : Math.max(now, first + window)
      if (turn > now + window) return { kind: 'full', retryAfter: Math.ceil((turn - window - now) / 1000) }
      turns.set(grant, [...newest, turn])
      return { kind: 'turn', wait: turn - now }
    },
  }
}
