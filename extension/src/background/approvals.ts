import { type CaptureIdentity, sameIdentity } from '@countersign/shared/session/capture'
import type { Stored } from './stored.ts'

/** Milliseconds for which a yes is good. */
const lasts = 10 * 60_000

/** Which saves were approved in this browser, so that the companion can take a capture for those alone, as shown, and once. */
export type Approvals = {
  /** @param shown whose session it is, and of which tab, as the person read it */
  remember(request: string, shown: CaptureIdentity): Promise<void>
  /** The companion did not take the answer: then it is no approval either. */
  forget(request: string): Promise<void>
  /** True once for a request that was approved here for just this, and is still good. */
  use(request: string, wanted: CaptureIdentity): Promise<boolean>
}

export const createApprovals = (stored: Stored['approvals'], now: () => number): Approvals => {
  const without = (request: string) => stored.update((known) => known.filter((one) => one.request !== request))
  return {
    async remember(request, shown) {
      const until = now() + lasts
      await stored.update((known) => [...known.filter((one) => one.until > now()), { request, until, shown }])
    },
    async forget(request) {
      await without(request)
    },
    async use(request, wanted) {
      let good = false
      await stored.update((known) => {
        good = known.some(
          ({ request: id, until, shown }) => id === request && until > now() && sameIdentity(shown, wanted),
        )
        return known.filter((one) => one.request !== request)
      })
      return good
    },
  }
}
