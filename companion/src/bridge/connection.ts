import type { SealedTransport } from '@countersign/shared/channel/transport'
import { refusalOf, type CountersignError } from '@countersign/shared/errors'
import { browserMethods } from '@countersign/shared/protocol/messages'
import { createPeer, type Peer } from '@countersign/shared/protocol/peer'
import type { Time } from '../time.ts'
import { browserRoutes, type BrowserServices, type Greeting } from './browser-routes.ts'
import { connectedBrowser } from './connected-browser.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Pin, Pins } from './pins.ts'
import type { Roster } from './roster.ts'

/** One browser's sealed connection. */
export type Connection = {
  /** From here on it is heard. Once, when it stands where others find it. */
  listen(): void
  readonly closed: Promise<void>
  /** Whether it answers a sealed ping in time. */
  answers(milliseconds: number): Promise<boolean>
  /** Its pin has become a paired one. */
  promote(): void
  /** Its key is no longer under suspicion. */
  cleared(): void
  /** Its pin is gone: it counts no longer from now on, is told so, and is cut within a second. */
  dismiss(why?: CountersignError): void
  close(): Promise<void>
}

/** Milliseconds. */
const heartbeatDeadline = 10_000
const farewell = 900

export const createConnection = ({
  transport,
  pin,
  pins,
  roster,
  services,
  time,
  suspected,
  spoke,
}: {
  readonly transport: SealedTransport
  readonly pin: Pin
  readonly pins: Pick<Pins, 'find'>
  readonly roster: Pick<Roster, 'connect' | 'disconnect'>
  readonly services: BrowserServices
  readonly time: Time
  /** Whether its key was found in two places, and she has not looked yet. */
  suspected(): boolean
  /** It sent its first sealed message, so the handshake has come to its end there, too. Called once, before it is answered. */
  spoke(): void
}): Connection => {
  /** Undefined until it has said hello. */
  let greeting: Greeting | undefined
  let entered = false
  let silent = true
  let ended = false

  const standing = () => {
    const now = pins.find(pin.identity)
    // Another pairing of the same key is another pin.
    if (ended || now === undefined || now.signingKey !== pin.signingKey || now.standing === 'provisional')
      return undefined
    return now.standing
  }
  const enter = () => {
    if (greeting === undefined || entered || suspected() || standing() !== 'paired') return
    entered = true
    services.ledger.met(browser, greeting.last)
    roster.connect(browser)
  }
  const leave = () => {
    ended = true
    heartbeat.stop()
    if (entered) roster.disconnect(browser)
    entered = false
  }

  let listen: () => void = () => undefined
  const heard: SealedTransport = {
    ...transport,
    // Not yet: what the browser has said by now would be answered before we are complete.
    listen(on) {
      listen = () =>
        transport.listen({
          message(text) {
            heartbeat.heard()
            if (silent) {
              silent = false
              spoke()
            }
            on.message(text)
          },
          closed: (reason, cause) => on.closed(reason, cause),
        })
    },
  }
  const heartbeat = startHeartbeat({
    time,
    beat: () => peer.request(browserMethods.heartbeat, {}, { deadline: heartbeatDeadline }),
    lost: () => void peer.close(),
  })
  const browser = connectedBrowser(
    { request: (...asked) => peer.request(...asked) },
    pin,
    // Nothing is asked of it before its hello; and no session has this id.
    () => greeting?.session ?? '',
  )
  const greeted = (said: Greeting) => {
    greeting = said
    enter()
  }
  const counts = () => entered && standing() === 'paired'
  const peer = createPeer(heard, browserRoutes(services, { browser, standing, counts, greeted }))
  void peer.closed.then(leave)

  return {
    listen: () => listen(),
    closed: peer.closed,
    answers: (milliseconds) =>
      peer.request(browserMethods.heartbeat, {}, { deadline: milliseconds }).then(
        () => true,
        () => false,
      ),
    promote() {
      peer.request(browserMethods.standing, { standing: 'paired', why: null }).catch(() => undefined)
      enter()
    },
    cleared: enter,
    dismiss(why) {
      if (ended) return
      leave()
      void sayFarewell(peer, why)
    },
    close() {
      // At once: until the goodbye is out it would still count.
      leave()
      return peer.close()
    },
  }
}

/** Tells a browser that it does not count, and why, and ends its connection within a second. */
export const sayFarewell = async (peer: Peer, why: CountersignError | undefined): Promise<void> => {
  const told = why === undefined ? null : refusalOf(why)
  await peer
    .request(browserMethods.standing, { standing: 'unpaired', why: told }, { deadline: farewell })
    .catch(() => undefined)
  await peer.close()
}
