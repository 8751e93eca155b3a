import type { Limit } from '@countersign/shared/policy/decision'
import type { SteadyClock } from '../steady-clock.ts'
import type { CountedCall, Counters } from './counters.ts'
import { limitInWords } from './rule-words.ts'

/**
 * Holds calls to their limits. A window slides: 30 a minute means that no 60 seconds, wherever they begin, have more than 30 calls.
 *
 * Why not rate-limiter-flexible, which many take for this. Its windows are fixed: they begin with a key's first call and are then
 * emptied at once, so that 60 calls may come within a second, around the edge. Its union of limits takes from each by itself, and
 * when one refuses, the others have counted all the same. Points are given back to whatever window is open by then, not to that of
 * the call. It reads the machine's own clock, which runs backwards when it is set back, and its store for SQLite wants a driver that
 * is built when it is installed.
 */
export type Limits = {
  /**
   * Counts a call against all of these limits, or, when it is over one of them, against none. What is not given back stays counted.
   * Throws when it can't be kept, and then counts nothing.
   */
  reserve(limits: readonly Limit[], caller: Caller): Reservation
}

/** Who calls: what the limits of each scope are counted for. */
export type Caller = { readonly grant: string; readonly connection: string }

export type Reservation =
  | {
      readonly kind: 'reserved'
      /** The call never ran. Never throws. */
      giveBack(): void
    }
  | {
      readonly kind: 'limited'
      readonly rule: string
      readonly reason: string
      /** Seconds until the call will pass, unless others come before it. */
      readonly retryAfter: number
    }

const day = 24 * 3600_000
/** Milliseconds from one clearing out of the counters to the next. */
const clearing = 60_000

export const createLimits = (deps: {
  readonly counters: Counters
  readonly clock: SteadyClock
  newId(): string
}): Limits => {
  const { counters, clock } = deps
  let cleared = -Infinity

  const clear = (now: number) => {
    if (now < cleared + clearing) return
    counters.forget(now)
    cleared = now
  }
  /** Milliseconds that this limit still holds the next call back. */
  const waitOf = ({ limit, counter }: Counted, now: number): number => {
    // When fewer than `max` calls are younger than the window, the one that is `max` back is not.
    const at = counters.nthNewest(counter, limit.max)
    return at === undefined ? 0 : Math.max(0, at + limit.window * 1000 - now)
  }
  const count = (counted: readonly Counted[], now: number): CountedCall => {
    const keep = new Map<string, number>()
    for (const { limit, counter } of counted) {
      // The same counter may have a longer window in a rule of another tool, or in the next policy.
      keep.set(counter, Math.max(keep.get(counter) ?? now + day, now + limit.window * 1000))
    }
    const call = {
      id: deps.newId(),
      at: now,
      counters: [...keep].map(([counter, keepUntil]) => ({ counter, keepUntil })),
    }
    counters.add(call)
    return call
  }

  return {
    reserve: (limits, caller) => {
      if (limits.length === 0) return { kind: 'reserved', giveBack: () => undefined }
      const now = clock.now()
      clear(now)
      // From here to the end nothing waits, so that no other call can come in between.
      const counted = limits.map((limit) => ({ limit, counter: counterOf(limit, caller) }))
      const [longest] = counted.map((one) => ({ ...one, wait: waitOf(one, now) })).sort((a, b) => b.wait - a.wait)
      if (longest !== undefined && longest.wait > 0) {
        const reason = `The policy allows this ${limitInWords(longest.limit)}.`
        return { kind: 'limited', rule: longest.limit.rule, reason, retryAfter: Math.ceil(longest.wait / 1000) }
      }
      const call = count(counted, now)
      return { kind: 'reserved', giveBack: () => quietly(() => counters.remove(call)) }
    },
  }
}

type Counted = { readonly limit: Limit; readonly counter: string }

/** Which calls count together. As JSON, no name can be made to look like another, and none is too odd to be stored. */
const counterOf = ({ scope, counter }: Limit, { grant, connection }: Caller): string => {
  if (scope === 'global') return JSON.stringify([scope, counter])
  return JSON.stringify([scope, scope === 'grant' ? grant : connection, counter])
}

/** What can't be given back stays counted, which is the stricter. */
const quietly = (act: () => void): void => {
  try {
    act()
  } catch {
    // Such as a full disk, of which whatever is written next tells.
  }
}
