import type { Stored } from './stored.ts'

/** Milliseconds for which a yes is good. */
const lasts = 10 * 60_000

/** What was approved in this browser, so that the companion can take a capture for that alone, and once. */
export type Approvals = {
  remember(request: string): Promise<void>
  /** The companion did not take the answer: then it is no approval either. */
  forget(request: string): Promise<void>
  /** True once for a request that was approved here, and is still good. */
  use(request: string): Promise<boolean>
}

export const createApprovals = (stored: Stored['approvals'], now: () => number): Approvals => {
  const without = (request: string) => stored.update((known) => known.filter((one) => one.request !== request))
  return {
    async remember(request) {
      const until = now() + lasts
      await stored.update((known) => [...known.filter((one) => one.until > now()), { request, until }])
    },
    async forget(request) {
      await without(request)
    },
    async use(request) {
      let good = false
      await stored.update((known) => {
        good = known.some((one) => one.request === request && one.until > now())
        return known.filter((one) => one.request !== request)
      })
      return good
    },
  }
}
