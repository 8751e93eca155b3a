import type { Limit } from '@countersign/shared/policy/decision'
import { terminalLimit } from '../access/terminal-asks.ts'
import type { Limits, Reservation } from './limits.ts'

/**
 * How often she is asked about a policy. Each question opens a window, and a program that writes one text after another into the file
 * would have her do nothing else: no text of two is the one that she said no to, and no command is there to be muted.
 */
export type ProposalPace = {
  /** Counts a question, unless there were too many. To be given back for one that she said yes to: that one she wanted. */
  take(byCommand: boolean): Reservation
}

export const createProposalPace = (limits: Limits): ProposalPace => ({
  take: (byCommand) =>
    limits.reserve(byCommand ? [terminalLimit] : [terminalLimit, fileLimit], { grant: 'terminal', connection: '' }),
})

const fileLimit: Limit = { rule: '(policy.json)', counter: '(policy.json)', scope: 'grant', window: 60, max: 20 }
