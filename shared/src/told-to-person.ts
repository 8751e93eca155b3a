import { type ErrorCode, errorCodes, isErrorCode } from './errors.ts'

/**
 * A refusal as one line for the person: what happened, what next. The table of codes speaks to agents of her as "the person";
 * where she reads it herself, in the terminal or in the browser, it speaks to her.
 */
export const toldToPerson = ({ code, reason, next }: { code: string; reason: string; next: string }): string => {
  const own = isErrorCode(code) ? forHer[code] : undefined
  if (own === undefined || !isErrorCode(code)) return `${reason} ${next}`
  const [what, then] = errorCodes[code]
  // The words of the table may go on, such as with the reason she gave. Better ones than the table's stay.
  const begins = what.slice(0, -1)
  const told = reason.startsWith(begins) ? own[0].slice(0, -1) + reason.slice(begins.length) : reason
  return `${told} ${next === then ? own[1] : next}`
}

const forHer: Partial<Record<ErrorCode, readonly [reason: string, next: string]>> = {
  approval_denied: ['You said no.', 'Nothing was done.'],
  approval_timed_out: ['Nobody answered in time.', 'Try again when you are at the browser.'],
  approval_busy: ['Another question waits already.', 'Answer it in the browser, then try again.'],
  approval_changed: ['What was shown is no longer so.', 'Try again; you will be asked anew.'],
  cancelled: ['It was taken back.', 'Try again when you need it.'],
  paused: ['All agents are paused.', 'Click Resume in the popup.'],
  signed_out: ['The Upwork tab is signed out.', 'Sign in to Upwork there, then try again.'],
  wrong_account: ['The Upwork tab belongs to another account.', 'Switch the account in Upwork, then try again.'],
  no_upwork_tab: ['No Upwork tab is open.', 'Open Upwork in Chrome, then try again.'],
  companion_restarted: ['The companion restarted meanwhile.', 'Try again.'],
  ledger_diverged: ['The ledger does not continue what your browser signed.', 'Look at the alarm in the popup.'],
  policy_altered: ['The policy in force is not what you accepted.', 'Look at the alarm in the popup.'],
  grants_altered: [
    'What lies in the database about agents is not what you approved.',
    'Look at the alarm in the popup.',
  ],
  browser_doubled: ["This browser's key is in use in two places at once.", 'Look at the alarm in the popup.'],
  policy_denied: ['Your policy denies this.', 'Change the policy, or do without.'],
  rate_limited: ['This came too often.', 'Wait a little, then try again.'],
  approval_pending: ['You have not answered yet.', 'Answer it in the browser.'],
  muted: ['It is muted for a while.', 'Wait, or unmute it in the popup.'],
  invalid_arguments: ['What was asked does not fit.', 'Correct it and try again.'],
}
