import { keyText } from '@countersign/shared/approval/countersignature'
import { sameBytes } from '@countersign/shared/channel/bytes'
import type { BrowserPin, Pairing } from '@countersign/shared/channel/handshake-companion'
import { makePairingCode, SECRET_BYTES } from '@countersign/shared/channel/pairing-code'
import { deferred } from '@countersign/shared/deferred'
import { asCountersignError, CountersignError } from '@countersign/shared/errors'
import type { Random } from '../random.ts'
import { deadlineIn, whenPassed, type Time } from '../time.ts'
import { provisionalPin, type Pin } from './pins.ts'

/** How a pairing came out well. */
export type Paired = { readonly browser: string; readonly fingerprint: string }

/** One pairing code, from when it is shown until it is forgotten. */
export type PairingWindow = {
  readonly code: string
  readonly url: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string
  /** Rejects with a CountersignError that tells `code_expired`, `code_used`, `code_raced` and others apart. */
  readonly outcome: Promise<Paired>
  /** Nobody waits any more: a code that isn't used yet is void, and a browser that isn't paired yet is turned away. */
  close(why: CountersignError): void
}

/** What a code's owner has to do about who wins it. */
export type Gate = {
  /** Stores the pin. Throws when it can't, and then nobody has won. */
  pin(pin: Pin): void
  /** Takes the pin away again, whatever has become of it meanwhile, and tells the browser. */
  revoke(identity: string, why: CountersignError): void
}

/** The end of one pairing, in the hands of who decides it. */
export type Decision = { succeed(paired: Paired): void; fail(why: CountersignError): void }

/** One code at a time. It lives for two minutes, and can be won once. */
export type PairingWindows = {
  open(gate: Gate): PairingWindow
  /** The winner has spoken on the sealed channel, so it has its pin, too. Undefined unless it had just won. */
  confirm(identity: string): Decision | undefined
  /** What the handshake asks of the code that is alive. */
  readonly pairing: Pairing
}

/** Milliseconds. */
export const codeLife = 120_000
export const provisionalLife = 10_000

type Open = {
  readonly secret: Uint8Array
  readonly gate: Gate
  passed(): boolean
  /** Who consumed the code. */
  won: Uint8Array | undefined
  settled: boolean
  succeed(paired: Paired): void
  /** Also takes the pin away, if there is one. */
  fail(why: CountersignError): void
}

export const createPairingWindows = (deps: {
  readonly port: number
  readonly companionIdentity: Uint8Array
  readonly time: Time
  readonly random: Random
}): PairingWindows => {
  const { port, companionIdentity, time, random } = deps
  /** The code that is alive: also after it was won, so that a second proof of it is noticed. */
  let current: Open | undefined
  const provisional = new Map<string, { open: Open; stop(): void }>()

  const confirm = (identity: string): Open | undefined => {
    const found = provisional.get(identity)
    provisional.delete(identity)
    found?.stop()
    return found?.open
  }
  const revoke = ({ gate, won }: Open, why: CountersignError) => {
    if (won === undefined) return
    confirm(keyText(won))
    gate.revoke(keyText(won), why)
  }

  const consume = async (offered: BrowserPin): Promise<'pinned' | 'refused'> => {
    const pin = await provisionalPin(offered, companionIdentity, new Date(time.wall()).toISOString())
    // From here on nothing waits: of many at once, one comes first.
    const open = current
    if (open === undefined || open.won !== undefined || open.passed()) return 'refused'
    try {
      open.gate.pin(pin)
    } catch (thrown) {
      current = undefined
      open.fail(asCountersignError(thrown))
      throw thrown
    }
    open.won = offered.identity
    const stop = time.after(provisionalLife, () => open.fail(new CountersignError('code_used', { message: silent })))
    provisional.set(pin.identity, { open, stop })
    return 'pinned'
  }

  const begin = (secret: Uint8Array, gate: Gate): { open: Open; window: PairingWindow } => {
    const deadline = deadlineIn(time, codeLife)
    const end = deferred<Paired>()
    // Somebody always waits for it, but perhaps not yet.
    end.promise.catch(() => undefined)
    const settle = (how: () => void) => {
      if (open.settled) return
      open.settled = true
      how()
    }
    const open: Open = {
      secret,
      gate,
      passed: deadline.passed,
      won: undefined,
      settled: false,
      succeed: (paired) => settle(() => end.resolve(paired)),
      fail: (why) =>
        settle(() => {
          end.reject(why)
          revoke(open, why)
        }),
    }
    whenPassed(time, deadline, () => {
      if (current === open) current = undefined
      // Who has won it by now may still get its yes.
      if (open.won === undefined) open.fail(new CountersignError('code_expired'))
    })
    const code = makePairingCode(port, secret)
    const url = `http://127.0.0.1:${port}/pair#${code}`
    const close = (why: CountersignError) => {
      if (!open.settled && current === open) current = undefined
      open.fail(why)
    }
    return { open, window: { code, url, expiresAt: deadline.at, outcome: end.promise, close } }
  }

  return {
    open(gate) {
      current?.fail(new CountersignError('pairing_replaced'))
      const { open, window } = begin(random(SECRET_BYTES), gate)
      current = open
      return window
    },
    confirm,
    pairing: {
      secret: () => (current === undefined || current.passed() ? undefined : current.secret),
      winner: () => current?.won,
      consume,
      async secondProof(identity) {
        const open = current
        if (open?.won === undefined || sameBytes(open.won, identity)) return
        // The code has leaked. Which of the two is hers, nobody can tell.
        current = undefined
        const raced = new CountersignError('code_raced')
        if (open.settled) revoke(open, raced)
        else open.fail(raced)
      },
    },
  }
}

const silent = 'This code was used, and the browser that used it was not heard of again.'
