import { browserMethods } from '@countersign/shared/protocol/messages'
import type { Peer } from '@countersign/shared/protocol/peer'
import type { ConnectedBrowser } from './browsers.ts'
import type { Pin } from './pins.ts'

/** Milliseconds. A capture reads every open tab of the site. */
const captureDeadline = 20_000

/** A browser at the other end of a sealed channel, for the rest of the companion. */
export const connectedBrowser = (
  peer: Pick<Peer, 'request'>,
  { fingerprint, label, signingKey }: Pick<Pin, 'fingerprint' | 'label' | 'signingKey'>,
  session: () => string,
): ConnectedBrowser => {
  // What is pushed is pushed whole again when the browser is back, so nothing is lost when it isn't there.
  const push = (sent: Promise<unknown>) => void sent.catch(() => undefined)
  return {
    fingerprint,
    label,
    signingKey,
    session,
    describe: (signal) => peer.request(browserMethods.describe, {}, { signal, deadline: captureDeadline }),
    take: (request, expect, signal) =>
      peer.request(browserMethods.take, { request, expect }, { signal, deadline: captureDeadline }),
    countersign: (rows, signal) => peer.request(browserMethods.countersign, { rows: [...rows] }, { signal }),
    showPrompts: (prompts) => push(peer.request(browserMethods.prompts, { prompts: [...prompts] })),
    promptEnded: (end) => push(peer.request(browserMethods.promptEnded, end)),
    showOverview: (overview) => push(peer.request(browserMethods.overview, overview)),
  }
}
