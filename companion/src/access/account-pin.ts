import { refusal, type Refusal } from '@countersign/shared/errors'
import { type AccountId, unknownAccount } from '@countersign/shared/session/site'

/**
 * The only account whose session this agent may ask for, by the id of its grant; null for any. Throws `unauthorized` for a grant that
 * was taken back: what it was pinned to is gone with it.
 */
export type PinnedTo = (grant: string) => AccountId | null

/**
 * Why an agent that is pinned to that account gets nothing of a tab of this one; undefined where it may ask. What nobody knows whose it
 * is fits no pin.
 */
export const wrongAccount = (
  pinned: AccountId | null,
  account: AccountId,
  nameOf: (account: AccountId) => string | null,
): Refusal | undefined => {
  const known = account !== unknownAccount
  if (pinned === null || (known && account === pinned)) return undefined
  const named = (id: AccountId) => nameOf(id) ?? id
  const whose = known ? `The Upwork tab is ${named(account)}'s` : 'Nothing tells whose the Upwork tab is'
  return refusal('wrong_account', {
    reason: `${whose}, and this agent is only for ${named(pinned)}.`,
    next: `Ask the person to switch to ${named(pinned)} in the browser, then call again.`,
  })
}
