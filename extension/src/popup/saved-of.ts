import type { Overview, SavedAccount } from '@countersign/shared/protocol/overview'
import type { CaptureOutline } from '@countersign/shared/session/capture'

/** The saved session of the account that a tab is signed in to. */
export const savedOf = (overview: Overview, { identity }: CaptureOutline): SavedAccount | undefined =>
  overview.accounts.find(({ id }) => id === identity.account)
