import { CountersignError } from '@countersign/shared/errors'
import { deferred } from '@countersign/shared/deferred'
import type { CaptureIdentity, TakeOutcome } from '@countersign/shared/session/capture'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import { deadlineIn, type Time, whenPassed } from '../time.ts'

/** Milliseconds that a browser may stay away between its yes and the capture: a service worker may die at any line. */
const awayPatience = 60_000

/** The capture that was approved in this browser; when its connection is lost meanwhile, from the same browser once it is back. */
export const takeCapture = async (
  deps: { readonly browsers: Browsers; readonly time: Time },
  from: ConnectedBrowser,
  wanted: { readonly request: string; readonly identity: CaptureIdentity },
  signal: AbortSignal,
): Promise<TakeOutcome> => {
  const deadline = deadlineIn(deps.time, awayPatience)
  let browser = from
  for (;;) {
    try {
      return await browser.take(wanted.request, wanted.identity, signal)
    } catch (thrown) {
      const lost = thrown instanceof CountersignError && thrown.code === 'peer_closed'
      if (!lost || signal.aborted) throw thrown
      browser = await back(deps, browser, deadline, signal)
    }
  }
}

const back = async (
  { browsers, time }: { readonly browsers: Browsers; readonly time: Time },
  lost: ConnectedBrowser,
  deadline: ReturnType<typeof deadlineIn>,
  signal: AbortSignal,
): Promise<ConnectedBrowser> => {
  const returned = deferred<ConnectedBrowser>()
  const look = () => {
    const found = browsers
      .connected()
      .find((other) => other !== lost && other.fingerprint === lost.fingerprint && other.signingKey === lost.signingKey)
    if (found !== undefined) returned.resolve(found)
  }
  const giveUp = () => returned.reject(new CountersignError('browser_not_connected'))
  const stops = [browsers.onChange(look), whenPassed(time, deadline, giveUp)]
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    look()
    return await returned.promise
  } finally {
    for (const stop of stops) stop()
    signal.removeEventListener('abort', giveUp)
  }
}
