/**
 * Every code that a person, a script or an agent may see, with the sentence and the next step that stand for it when the
 * place that raises it has nothing better to say. A code never changes its meaning; a new case gets a new code.
 */
export const errorCodes = {
  // Refusals: expected answers that an agent can act on.
  policy_denied: ['Your policy denies this call.', 'Ask the person to change the policy, or do without.'],
  rate_limited: ['This call came too often.', 'Wait for retryAfter seconds, then call again.'],
  approval_denied: ['The person said no.', 'Do not ask again unless the person tells you to.'],
  approval_timed_out: ['Nobody answered in time.', 'Tell the person, and call again when they are at the browser.'],
  approval_pending: ['The person has not answered yet.', 'Call again with the same arguments to take the outcome.'],
  approval_busy: ['Another question of yours is waiting.', 'Wait for its answer, then call again.'],
  approval_changed: ['What was shown is no longer so.', 'Call again; the person will be asked anew.'],
  countersignature_invalid: [
    'This answer does not bear the signature that it needs.',
    'Close the prompt, open it again, and answer once more.',
  ],
  approval_stale: ['This question is no longer open.', 'Look at the prompt again.'],
  cancelled: ['The call was cancelled.', 'Call again when you need it.'],
  muted: ['The person muted this agent for a while.', 'Wait, or ask the person to unmute it in the popup.'],
  paused: ['The person paused all agents.', 'Wait until the person clicks Resume in the popup.'],
  not_paired: ['No browser is paired.', 'Run `countersign pair`.'],
  browser_not_connected: ['The paired browser is not connected.', 'Open Chrome, with the Countersign extension on.'],
  signed_out: ['The Upwork tab is signed out.', 'Ask the person to sign in to Upwork, then call again.'],
  wrong_account: ['The Upwork tab belongs to another account.', 'Ask the person to switch the account.'],
  no_upwork_tab: ['No Upwork tab is open.', 'Ask the person to open Upwork in Chrome, then call again.'],
  companion_restarted: ['The companion restarted during this call.', 'Call again.'],
  ledger_diverged: [
    'The ledger does not continue what the browser signed.',
    'Ask the person to look at the alarm in the popup; nothing passes before that.',
  ],
  policy_altered: [
    'The policy in force is not what the person accepted.',
    'Ask the person to look at the alarm in the popup; nothing passes before that.',
  ],
  grants_altered: [
    'What lies in the database about agents is not what the person approved.',
    'Ask the person to look at the alarm in the popup; nothing passes before that.',
  ],
  browser_doubled: [
    "This browser's key is in use in two places at once.",
    'Ask the person to look at the alarm in the popup.',
  ],
  unknown_tool: ['There is no such tool.', 'List the tools and call one of them.'],
  invalid_arguments: ['The arguments do not fit the tool.', 'Correct them and call again.'],
  unauthorized: ['The token is not that of an agent.', 'Run `countersign agents add LABEL` for a new one.'],

  // Pairing.
  code_malformed: ['That is not a pairing code.', 'Copy the whole code that `countersign pair` shows.'],
  code_wrong: ['This code is not the one that is open.', 'Run `countersign pair` for a new code.'],
  code_used: ['This code has been used.', 'Run `countersign pair` for a new code.'],
  code_expired: ['This code is older than two minutes.', 'Run `countersign pair` for a new code.'],
  code_raced: ['Two browsers used this code, so neither is paired.', 'Run `countersign pair` for a new code.'],
  pairing_replaced: ['Another `countersign pair` took over.', 'Use the code that it shows.'],
  pairing_refused: [
    'The pairing was not confirmed in a paired browser.',
    'Run `countersign pair --reset` to start over.',
  ],
  already_paired: ['This browser is paired already.', 'Unpair it in the popup first.'],
  foreign_companion: ['This is not your Countersign.', 'Run `countersign status` to see what holds the port.'],
  protocol_mismatch: ['Extension and companion are of different versions.', 'Update the older of the two.'],

  // Capture and saving.
  capture_failed: ['The tab could not be read.', 'Reload the Upwork tab and try again.'],
  capture_too_large: ['The cookies alone are larger than a save can be.', 'Clear old Upwork cookies and try again.'],
  capture_refused: [
    'What the browser sent does not agree with itself, so nothing was saved.',
    'Reload the Upwork tab and try again.',
  ],
  save_not_verified: [
    'What was written is not what the browser sent.',
    'Try again; the last good session is still there.',
  ],
  saved_too_often: ['This account was saved by itself less than five minutes ago.', 'Wait, or click Save session.'],
  account_unclear: ['Several accounts have saved sessions.', 'Say which with `--account`.'],
  no_such_version: ['No such version is saved.', 'Run `countersign session list`.'],
  no_such_session: ['No such session is saved.', 'Click Save session in the popup first.'],

  // The companion's own state.
  vault_key_missing: ["The vault's key is gone.", 'Put it back, or start over with `countersign pair --reset`.'],
  vault_locked: ['The vault does not open with this key.', 'Unlock the keychain, or put the right key back.'],
  vault_record_damaged: ['A saved session does not open, and was set aside.', 'Click Save session in the popup.'],
  folder_unsafe: ['The state folder is not safe to use.', 'Mend its owner and mode, or set COUNTERSIGN_HOME.'],
  file_unsafe: ['This file is not safe to use.', 'Choose another place.'],
  disk_full: ['The disk is full.', 'Free some space and try again; the last good session is still there.'],
  disk_read_only: [
    'The disk does not take writes.',
    'Make it writable and try again; the last good session is still there.',
  ],
  disk_failed: ['The disk gave an error.', 'Check the disk and try again; the last good session is still there.'],
  database_damaged: [
    'The database is damaged.',
    'Restore it from a backup, or start over with `countersign pair --reset`.',
  ],
  database_newer: ['The database was written by a newer Countersign.', 'Update this one.'],
  database_busy: ['The database is held by another program.', 'Close that program and try again.'],
  ledger_damaged: ['The ledger does not verify.', 'Run `countersign ledger verify`.'],
  no_such_entry: ['The ledger has no such entry.', 'Run `countersign ledger list`.'],
  key_invalid: ["That is no browser's public key.", 'Take what `countersign pair key` prints, or the popup shows.'],
  file_unreadable: ['The file can not be read.', 'Check its path, and whether you may read it.'],
  already_running: ['A companion is already running.', 'Use that one.'],
  not_running: ['No companion is running.', 'Run `countersign start`.'],
  ports_taken: ['Every port of Countersign is taken.', 'Close one of the programs named, or set COUNTERSIGN_PORT.'],
  port_invalid: ['COUNTERSIGN_PORT is no port.', 'Set it to a number from 1 to 65535, or leave it out.'],
  label_invalid: ['That label cannot be used.', 'Take 1 to 40 letters, digits, spaces, `.`, `_` or `-`.'],
  label_taken: ['An agent has this label already.', 'Take another label, or revoke that agent.'],
  no_such_agent: ['There is no agent with this label.', 'Run `countersign agents list`.'],
  no_such_browser: ['No paired browser has this fingerprint.', 'Run `countersign pair list`.'],
  policy_invalid: ['That is no valid policy.', 'Run `countersign policy check FILE`, and mend what it names.'],
  no_such_policy: ['No such policy was accepted.', 'Run `countersign policy history`.'],
  editor_failed: ['The editor ended without success.', 'Set EDITOR to an editor that waits, such as `code --wait`.'],
  no_such_lease: ['No lease or launch has this id.', 'Run `countersign leases`.'],
  lease_too_long: ['A lease lasts a minute at least and 24 hours at most.', 'Take `--for 2h` or `--for 30m`.'],
  no_cookie_for_url: [
    'No cookie of this session goes to that address.',
    'Name an address of the site, such as `--url https://www.upwork.com/`.',
  ],
  release_not_wiped: [
    'A released session could not be wiped yet.',
    'Delete that file yourself; `countersign leases` tells more.',
  ],
  url_needed: ['A Cookie header is for one address.', 'Name it with `--url https://www.upwork.com/`.'],
  command_failed: ['The program could not be started.', 'Check its name and whether you may run it.'],
  unknown_format: ['There is no such format.', 'Take one of the formats listed.'],

  // Faults of our own.
  peer_closed: ['The other end went away.', 'Try again.'],
  peer_timeout: ['The other end did not answer in time.', 'Try again.'],
  message_too_large: [
    'A message was larger than the bridge carries.',
    'Clear old Upwork data in the browser and try again.',
  ],
  frame_malformed: ['A message did not have the shape agreed on.', 'Update the older of extension and companion.'],
  internal: [
    'Something went wrong that should not.',
    'Try again; if it stays, report it with `countersign status --json`.',
  ],
} as const satisfies Record<string, readonly [message: string, next: string]>

export type ErrorCode = keyof typeof errorCodes

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text)

/** A refusal as a value: what a caller can expect and mend. */
export type Refusal = {
  readonly code: ErrorCode
  readonly reason: string
  readonly next: string
  /** The policy rule that decided, such as `(default deny)`. */
  readonly rule?: string
  /** Seconds until the next call will pass. */
  readonly retryAfter?: number
  readonly approvalId?: string
}

export const refusal = (code: ErrorCode, more: Partial<Omit<Refusal, 'code'>> = {}): Refusal => {
  const [reason, next] = errorCodes[code]
  return { code, reason, next, ...more }
}

/** A fault: thrown, with a code from the table, the sentence, what to do next, and what caused it. */
export class CountersignError extends Error {
  readonly code: ErrorCode
  readonly next: string

  constructor(code: ErrorCode, options: { message?: string; next?: string; cause?: unknown } = {}) {
    const [message, next] = errorCodes[code]
    super(options.message ?? message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CountersignError'
    this.code = code
    this.next = options.next ?? next
  }
}

/** Whatever was thrown, as one of ours. The original stays as the cause and is never shown. */
export const asCountersignError = (thrown: unknown): CountersignError =>
  thrown instanceof CountersignError ? thrown : new CountersignError('internal', { cause: thrown })

export const refusalOf = (thrown: unknown): Refusal => {
  const { code, message, next } = asCountersignError(thrown)
  return { code, reason: message, next }
}
