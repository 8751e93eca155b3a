import type { SurfaceAnswer } from '../surface/messages.ts'
import type { Act } from './acts.ts'
import type { Connection } from './connection.ts'
import type { BrowserIdentities } from './identity.ts'
import type { Stored } from './stored.ts'

export type Unpairing = {
  /** Takes a browser, this one or another, out of the companion's list. */
  unpair(fingerprint: string): Promise<SurfaceAnswer>
  /** The companion has taken this one out. @param why in its words, when it gives a reason */
  dismissed(why: string | null): Promise<void>
}

export type UnpairingDeps = {
  readonly stored: Pick<Stored, 'pin' | 'overview' | 'approvals' | 'outcome'>
  readonly identities: Pick<BrowserIdentities, 'forget'>
  readonly connection: Pick<Connection, 'link' | 'reset'>
  act(act: Act): Promise<SurfaceAnswer>
  now(): number
}

export const createUnpairing = ({ stored, identities, connection, act, now }: UnpairingDeps): Unpairing => {
  /** Drops the companion and this browser's keys. The next pairing begins with new ones. */
  const forget = async (): Promise<void> => {
    await stored.pin.set(null)
    await stored.overview.set(null)
    await stored.approvals.set([])
    await identities.forget()
    await connection.reset()
  }
  return {
    async unpair(fingerprint) {
      const own = (await stored.pin.get())?.fingerprint === fingerprint
      // Leaving closes something, so it needs nobody's leave: without a companion this browser forgets on its own.
      const alone = own && connection.link().state !== 'connected'
      const result = alone ? { kind: 'done' as const } : await act({ tool: 'unpair', fingerprint })
      if (own && result.kind === 'done') await forget()
      return result
    },
    async dismissed(why) {
      if ((await stored.pin.get()) === null) return
      const text = why ?? 'The companion does not have this browser as a paired one any more.'
      await stored.outcome.set({ tone: 'plain', text, at: new Date(now()).toISOString() })
      await forget()
    },
  }
}
