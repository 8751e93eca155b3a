import {
  approvalDocument,
  verifyCountersignature,
  type ApprovalDocument,
} from '@countersign/shared/approval/countersignature'
import type { LedgerRow } from '@countersign/shared/ledger/row'
import type { LedgerEntryTold } from '../control/ledger-answers.ts'

/** What was signed for an entry of the ledger, as the companion has kept it. */
export type KeptApproval = {
  readonly document: unknown
  readonly signature: string
  /** Whether the key that it names made the signature, and the entry says what was signed. */
  readonly good: boolean
  /** The paired browser whose key that is. */
  readonly browser: string | null
  readonly fingerprint: string | null
}

export const checkKept = async (
  entry: LedgerRow,
  { approval, paired }: LedgerEntryTold,
): Promise<KeptApproval | null> => {
  if (approval === null) return null
  const document = approvalDocument.safeParse(approval.document).data
  const signed = document !== undefined && (await verifyCountersignature({ document, signature: approval.signature }))
  const signer = paired.find(({ key }) => key === document?.browser)
  return {
    ...approval,
    good: signed && agrees(entry, document),
    browser: signer?.label ?? null,
    fingerprint: signer?.fingerprint ?? null,
  }
}

/** A good signature under something else is none under this. */
const agrees = ({ tool, outcome, asker, details }: LedgerRow, document: ApprovalDocument): boolean =>
  details['request'] === document.request &&
  details['countersignature'] === document.seq &&
  tool === document.tool &&
  asker.label === document.grant.label &&
  (outcome === 'done') === (document.answer === 'approve')
