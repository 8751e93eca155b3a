import { canBeRemembered, fifteenMinutes } from '@countersign/shared/approval/can-be-remembered'
import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'

/** Milliseconds by which the end that a browser signed may be too far away: what passes between two looks at the clock. */
const slack = 5000

/**
 * Whether an answer may last for as long as it says: only a yes, to a question of the kind that can be remembered, for fifteen
 * minutes from now at most, or for the very session of the browser that signs it.
 */
export const scopeCounts = (
  { scope, answer }: Pick<ApprovalDocument, 'scope' | 'answer'>,
  expected: {
    readonly prompt: Pick<Prompt, 'asker' | 'subject'>
    /** The id of the browser's session, as it said hello. */
    readonly session: string
    readonly now: number
  },
): boolean => {
  if (scope === 'once') return true
  if (answer !== 'approve' || !canBeRemembered(expected.prompt)) return false
  if (scope.for === 'browser') return scope.session === expected.session
  const left = Date.parse(scope.until) - expected.now
  return left > 0 && left <= fifteenMinutes + slack
}
