/** Where it is kept when which calls came. `limits.ts` asks it, and is the only one to write. */
export type Counters = {
  /** When the nth newest call of this counter came, in milliseconds; undefined where there are fewer. @param n from 1 */
  nthNewest(counter: string, n: number): number | undefined
  /** One call, in each of these counters: in all of them or, when it throws, in none. */
  add(call: CountedCall): void
  /** Takes a call, as it was added, out of all its counters; one that is not there is none. */
  remove(call: CountedCall): void
  /** Forgets what had to be kept until then, or less long. */
  forget(now: number): void
  /** The latest moment that any call is kept with; undefined where there is none. */
  latest(): number | undefined
}

export type CountedCall = {
  readonly id: string
  /** Milliseconds, never less than that of a call that was added before. */
  readonly at: number
  readonly counters: readonly { readonly counter: string; readonly keepUntil: number }[]
}
