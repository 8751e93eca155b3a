import { countersign, keyText } from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { follow } from '@countersign/shared/ledger/follow'
import type { SignedHead } from '@countersign/shared/ledger/signed-head'
import type { Alarm } from '@countersign/shared/protocol/overview'
import type { BrowserIdentities } from './identity.ts'
import type { Stored } from './stored.ts'

/** What this browser remembers of the companion's ledger: it signs only what follows on what it has signed before. */
export type LedgerWitness = {
  /** The head that was signed last; null when none was, or when she has looked since. */
  last(): Promise<ChainHead | null>
  /**
   * Where the ledger was said to stand when this browser came with its last head. What is shorter than that, or other, does not go
   * on from there.
   */
  met(told: ChainHead, last: ChainHead | null): Promise<void>
  /** Signs the last of these rows. */
  countersign(rows: readonly unknown[]): Promise<{ kind: 'signed'; signed: SignedHead } | { kind: 'diverged' }>
  /** Null while all that was shown went on. */
  alarm(): Promise<Alarm | null>
  /** She has looked, or this browser is paired anew: what comes next is taken as it is. Gives what was remembered. */
  forget(): Promise<Witnessed>
  /** She has not, after all; unless this browser has begun anew already. */
  restore(known: Witnessed): Promise<void>
}

export type Witnessed = { readonly head: ChainHead | null; readonly diverged: boolean }

export const createLedgerWitness = (deps: {
  readonly identities: Pick<BrowserIdentities, 'current'>
  readonly stored: Pick<Stored, 'pin' | 'ledger'>
  changed(): void
  now(): number
}): LedgerWitness => {
  const { identities, stored, changed } = deps

  const sign = async (head: ChainHead): Promise<SignedHead> => {
    const [keys, pin] = await Promise.all([identities.current(), stored.pin.get()])
    if (keys === undefined || pin === null) throw new CountersignError('not_paired')
    return countersign(keys.signing.privateKey, {
      purpose: 'countersign/1 ledger head',
      browser: keyText(keys.signingPublicKey),
      companion: pin.companion,
      head,
      at: new Date(deps.now()).toISOString(),
    })
  }
  const diverged = async (): Promise<void> => {
    await stored.ledger.update((known) => ({ ...known, diverged: true }))
    changed()
  }

  return {
    last: async () => (await stored.ledger.get()).head,
    async met(told, last) {
      if (last === null) return
      if (told.seq < last.seq || (told.seq === last.seq && told.hash !== last.hash)) await diverged()
    },
    async countersign(rows) {
      const known = await stored.ledger.get()
      const head = known.diverged ? undefined : await follow(rows, known.head)
      if (head === undefined) {
        await diverged()
        return { kind: 'diverged' }
      }
      const signed = await sign(head)
      // Remembered before it is out: what is signed can't be unsigned by stopping this worker. What was found out, or signed further
      // on, while this was made stays so.
      const now = await stored.ledger.update((known) =>
        known.diverged || (known.head?.seq ?? 0) > head.seq ? known : { head, diverged: false },
      )
      return now.diverged ? { kind: 'diverged' } : { kind: 'signed', signed }
    },
    async alarm() {
      const { head, diverged } = await stored.ledger.get()
      if (!diverged || head === null) return null
      const text = `The ledger was changed: it no longer continues what this browser signed at entry ${head.seq}. Approve nothing until you have looked. \`countersign ledger verify\` tells more.`
      return { code: 'ledger_diverged', text, look: { alarm: 'ledger_diverged', about: null } }
    },
    async forget() {
      let before: Witnessed = { head: null, diverged: false }
      await stored.ledger.update((known) => {
        before = known
        return { head: null, diverged: false }
      })
      changed()
      return before
    },
    async restore(before) {
      await stored.ledger.update((known) => (known.head === null ? { ...before } : known))
      changed()
    },
  }
}
