import { isErrorCode, type Refusal } from '@countersign/shared/errors'
import type { Why } from '@countersign/shared/protocol/messages'
import { toldToPerson } from '@countersign/shared/told-to-person'
import type { SurfaceAnswer } from '../surface/messages.ts'
import type { Act } from './acts.ts'
import type { Approvals } from './approvals.ts'
import type { Connection } from './connection.ts'
import type { BrowserIdentities } from './identity.ts'
import type { LedgerWitness } from './ledger-witness.ts'
import type { Stored } from './stored.ts'

export type Unpairing = {
  /** Takes a browser, this one or another, out of the companion's list. */
  unpair(fingerprint: string): Promise<SurfaceAnswer>
  /** The companion has taken this one out. @param why null when somebody unpaired it */
  dismissed(why: Why | null): Promise<void>
  /** Why it did so last; null when that was for no fault of a pairing, or taken before. */
  takeReason(): Refusal | null
}

export type UnpairingDeps = {
  readonly stored: Pick<Stored, 'pin' | 'overview' | 'outcome'>
  readonly approvals: Pick<Approvals, 'clear'>
  readonly identities: Pick<BrowserIdentities, 'forget'>
  readonly connection: Pick<Connection, 'link' | 'reset'>
  readonly witness: Pick<LedgerWitness, 'forget'>
  /** What it was told and chose of saved sessions. */
  readonly weather: { forget(): Promise<void> }
  act(act: Act): Promise<SurfaceAnswer>
  now(): number
}

export const createUnpairing = (deps: UnpairingDeps): Unpairing => {
  const { stored, approvals, identities, connection, weather, witness, act, now } = deps
  /** Drops the companion and this browser's keys. The next pairing begins with new ones. */
  const forget = async (): Promise<void> => {
    await stored.pin.set(null)
    await stored.overview.set(null)
    await approvals.clear()
    await witness.forget()
    await weather.forget()
    await identities.forget()
    await connection.reset()
  }
  let reason: Refusal | null = null
  return {
    takeReason() {
      const taken = reason
      reason = null
      return taken
    },
    async unpair(fingerprint) {
      const own = (await stored.pin.get())?.fingerprint === fingerprint
      // Leaving closes something, so it needs nobody's leave: without a companion this browser forgets on its own.
      const alone = own && connection.link().state !== 'connected'
      const result = alone ? { kind: 'done' as const } : await act({ tool: 'unpair', fingerprint })
      if (own && result.kind === 'done') await forget()
      return result
    },
    async dismissed(why) {
      reason = why && { ...why, code: isErrorCode(why.code) ? why.code : 'internal' }
      if ((await stored.pin.get()) === null) return
      const text = why ? toldToPerson(why) : 'This browser is no longer paired with the companion.'
      await stored.outcome.set({ tone: 'plain', text, at: new Date(now()).toISOString() })
      await forget()
    },
  }
}
