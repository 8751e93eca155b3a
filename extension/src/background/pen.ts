import {
  type ApprovalDocument,
  type ApprovalScope,
  type Countersigned,
  countersign,
  keyText,
} from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import type { BrowserIdentities } from './identity.ts'
import type { Stored } from './stored.ts'

/** What is to be signed; who signs, for whom, and the number come from here. */
export type ToSign = Omit<ApprovalDocument, 'purpose' | 'browser' | 'companion' | 'seq' | 'scope' | 'at'> & {
  /** Once, unless she chose otherwise. */
  readonly scope?: ApprovalScope
}

export type Pen = { sign(what: ToSign): Promise<Countersigned> }

/** The browser holds the pen: it signs with its own key, for the companion that it is paired with, each time with a new number. */
export const createPen = (
  identities: Pick<BrowserIdentities, 'current'>,
  stored: Pick<Stored, 'pin' | 'sequence'>,
  now: () => number,
): Pen => ({
  async sign(what) {
    const [keys, pin] = await Promise.all([identities.current(), stored.pin.get()])
    if (keys === undefined || pin === null) throw new CountersignError('not_paired')
    // Written before it is used: a worker that stops here wastes a number, and never uses one twice.
    const seq = await stored.sequence.update((last) => last + 1)
    return countersign(keys.signing.privateKey, {
      purpose: 'countersign/1 approval',
      browser: keyText(keys.signingPublicKey),
      companion: pin.companion,
      seq,
      scope: 'once',
      at: new Date(now()).toISOString(),
      ...what,
    })
  },
})
