import { isBeyondDoubt } from '@countersign/shared/approval/can-be-remembered'
import type { Yes } from './approvals.ts'
import type { PolicyCover } from './stored.ts'

/**
 * Whose sessions a policy lets run without asking, after this yes. The accounts are those that the question for the policy named, and
 * each to which she said yes since, in a question that said so. A newer policy begins anew. Cookie stores are not looked at here:
 * their names do not outlive the browser's session, and the policy does.
 */
export const policyCovers = (before: PolicyCover | null, { prompt, keepAsking }: Yes): PolicyCover | null => {
  const { id, subject } = prompt
  if (subject.kind === 'accept-policy') {
    const { withoutAsking } = subject
    if (withoutAsking === null || keepAsking) return null
    return { request: id, accounts: withoutAsking.accounts.map((account) => account.id) }
  }
  if (subject.kind !== 'save' || subject.coveredBy === null || !isBeyondDoubt(subject.outline.identity)) return before
  // The policy may have been accepted in another browser; then this account is the first that is covered here.
  const known = before?.request === subject.coveredBy ? before.accounts : []
  return { request: subject.coveredBy, accounts: [...new Set([...known, subject.outline.identity.account])] }
}
