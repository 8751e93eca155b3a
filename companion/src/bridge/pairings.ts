import { asCountersignError, CountersignError, type ErrorCode } from '@countersign/shared/errors'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { TerminalAsks } from '../access/terminal-asks.ts'
import type { Broker } from '../approvals/broker.ts'
import type { Claim } from '../control/messages.ts'
import type { Database } from '../database/database.ts'
import { companionAsker, terminalAsker } from '../ledger/askers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Era } from '../vault/era.ts'
import type { Connections } from './connections.ts'
import { askForFurther } from './further-pairing.ts'
import type { Decision, Gate, Paired, PairingWindow, PairingWindows } from './pairing-window.ts'
import type { Pin, Pins } from './pins.ts'
import type { Reset } from './reset.ts'
import type { Roster } from './roster.ts'

/** Who asked for a code, and how to reach them. */
export type Request = {
  readonly claim: Claim
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  said(event: unknown): void
}

/** From a code to a browser that counts, and the way back. */
export type Pairings = {
  /** Says `{code, url, expiresAt}` at once, and `{held: true, browser, fingerprint}` when a paired browser has to say yes. Throws when it comes to nothing. */
  pair(request: Request): Promise<Paired>
  /** Why a browser that was about to connect is none any more; undefined when it wasn't just now. */
  turnedAway(identity: string): CountersignError | undefined
  /** A browser's first sealed message. */
  spoke(identity: string): void
  /** Throws `no_such_browser`. Unpairing the last one is a reset. */
  unpair(fingerprint: string, by: LedgerAsker): void
  reset(by: LedgerAsker): void
}

export const createPairings = (deps: {
  readonly windows: PairingWindows
  readonly pins: Pins
  readonly roster: Roster
  readonly connections: Pick<Connections, 'of'>
  readonly broker: Pick<Broker, 'ask' | 'end'>
  readonly terminal: TerminalAsks
  readonly database: Pick<Database, 'transaction'>
  readonly ledger: Pick<Ledger, 'append'>
  readonly reset: Reset
  readonly era: Pick<Era, 'begin'>
}): Pairings => {
  const { windows, pins, roster, connections, broker, database, ledger, reset, era } = deps
  /** Whose code a browser has used last. */
  const requests = new Map<string, Request>()
  /** Browsers that are being asked about. */
  const asking = new Map<string, AbortController>()
  /** The last whose pin was taken back, since it may not have come to its connection by then. */
  let revoked: { readonly identity: string; readonly why: CountersignError } | undefined

  const dismiss = (identity: string, why?: CountersignError) => {
    for (const connection of connections.of(identity)) connection.dismiss(why)
  }
  const note = (kind: 'paired' | 'pairing_refused' | 'unpaired', by: LedgerAsker, pin: Pin, code?: ErrorCode) => {
    const details = { browser: pin.label, fingerprint: pin.fingerprint }
    const outcome = kind === 'pairing_refused' ? 'refused' : 'done'
    ledger.append({ kind, asker: by, outcome, details, ...(code === undefined ? {} : { code }) })
  }

  const resetAll = (by: LedgerAsker) => {
    const known = pins.all()
    reset.run(by)
    roster.changed()
    for (const { identity } of known) {
      dismiss(identity)
      // One that had just won a code, and has nothing any more that it could be paired with.
      windows.confirm(identity)?.fail(new CountersignError('pairing_refused', { message: overtaken }))
    }
  }
  const unpairPin = (pin: Pin, by: LedgerAsker, why?: CountersignError) => {
    const last = roster.paired().length === 1
    database.transaction(() => {
      pins.remove(pin.identity)
      note('unpaired', by, pin, why?.code)
    })
    dismiss(pin.identity, why)
    if (last) resetAll(by)
    else roster.changed()
  }

  /** @param kept a browser that was paired before keeps its pin, whatever becomes of this code */
  const gateFor = (request: Request, kept = new Set<string>()): Gate => ({
    pin(pin) {
      const known = pins.find(pin.identity)
      if (known?.standing === 'paired') {
        if (known.signingKey !== pin.signingKey) throw new CountersignError('already_paired')
        kept.add(pin.identity)
      } else pins.put(pin)
      requests.set(pin.identity, request)
    },
    revoke(identity, why) {
      // It has used a later code meanwhile, which is now what decides.
      if (requests.get(identity) !== request) return
      requests.delete(identity)
      revoked = { identity, why }
      if (kept.has(identity)) return
      asking.get(identity)?.abort(why)
      const pin = pins.find(identity)
      if (pin?.standing === 'paired') return unpairPin(pin, companionAsker, why)
      dismiss(identity, why)
      if (pin === undefined) return
      try {
        database.transaction(() => {
          pins.remove(identity)
          note('pairing_refused', terminalAsker, pin, why.code)
        })
      } catch {
        // It is out of memory, and what is left of it on the disk does not outlive the process.
      }
    },
  })

  const settle = (pin: Pin, decision: Decision) => {
    roster.changed()
    for (const connection of connections.of(pin.identity)) connection.promote()
    decision.succeed({ browser: pin.label, fingerprint: pin.fingerprint })
  }

  const admitFirst = (pin: Pin, decision: Decision) => {
    database.transaction(() => {
      // Without a paired browser nobody can have allowed what is there. Whoever took the pins away gets nothing else.
      if (reset.leftovers()) reset.run(companionAsker)
      // Nor can they be taken away for a while, and be put back.
      era.begin()
      pins.put({ ...pin, standing: 'paired' })
      note('paired', terminalAsker, pin)
    })
    settle(pin, decision)
  }

  const admitFurther = async (pin: Pin, request: Request, decision: Decision): Promise<void> => {
    pins.put({ ...pin, standing: 'held' })
    request.said({ held: true, browser: pin.label, fingerprint: pin.fingerprint })
    const controller = new AbortController()
    asking.set(pin.identity, controller)
    try {
      const yes = await askForFurther(
        { broker, browsers: roster, terminal: deps.terminal },
        pin,
        request.claim,
        controller.signal,
      )
      if (pins.find(pin.identity)?.standing !== 'held') {
        return broker.end(yes.request, 'failed', `${pin.label} was not paired: it is gone.`)
      }
      database.transaction(() => {
        pins.put({ ...pin, standing: 'paired', approval: yes.signed })
        note('paired', terminalAsker, pin)
      })
      settle(pin, decision)
      broker.end(yes.request, 'done', `Paired: ${pin.label}.`)
    } finally {
      if (asking.get(pin.identity) === controller) asking.delete(pin.identity)
    }
  }

  return {
    async pair(request) {
      const window: PairingWindow = windows.open(gateFor(request))
      const { code, url, expiresAt, outcome } = window
      const giveUp = () => window.close(new CountersignError('cancelled'))
      request.signal.addEventListener('abort', giveUp, { once: true })
      try {
        if (request.signal.aborted) giveUp()
        else request.said({ code, url, expiresAt })
        return await outcome
      } finally {
        request.signal.removeEventListener('abort', giveUp)
      }
    },
    turnedAway: (identity) => (revoked?.identity === identity ? revoked.why : undefined),
    spoke(identity) {
      const decision = windows.confirm(identity)
      const request = requests.get(identity)
      const pin = pins.find(identity)
      if (decision === undefined || request === undefined || pin === undefined) return
      const failed = (thrown: unknown) => decision.fail(asCountersignError(thrown))
      try {
        if (pin.standing === 'paired') settle(pin, decision)
        else if (roster.paired().length === 0) admitFirst(pin, decision)
        else void admitFurther(pin, request, decision).catch(failed)
      } catch (thrown) {
        failed(thrown)
      }
    },
    unpair(fingerprint, by) {
      const pin = pins.all().find((known) => known.fingerprint === fingerprint && known.standing === 'paired')
      if (pin === undefined) throw new CountersignError('no_such_browser')
      unpairPin(pin, by)
    },
    reset: resetAll,
  }
}

const overtaken = 'Countersign was reset before this browser was paired.'
