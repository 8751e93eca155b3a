import type { Prompt, Subject } from '@countersign/shared/approval/prompt'
import type { CaptureIdentity } from '@countersign/shared/session/capture'

export const sampleIdentity: CaptureIdentity = {
  account: 'ada',
  signIn: 'signed-in',
  store: '0',
  origin: 'https://www.upwork.com',
}

/** What a save would take of a tab that is this. */
export const saveSubject = (identity = sampleIdentity): Extract<Subject, { kind: 'save' }> => ({
  kind: 'save',
  outline: {
    identity,
    tab: { id: 1, origin: identity.origin, path: '/' },
    why: 'Upwork knows this account and its sign-in.',
    cookies: 0,
    cookieNames: [],
    storage: [],
    leftOut: [],
  },
  accountName: null,
  savedBefore: null,
  otherAccounts: [],
  coveredBy: null,
})

/** A question of an agent's that any test may bend. */
export const samplePrompt = (more: Partial<Prompt> = {}): Prompt => ({
  id: crypto.randomUUID(),
  asker: { kind: 'agent', grant: 'grant-1', label: 'Claude Code', claim: null },
  action: 'save_session',
  reason: 'To look at the job feed.',
  subject: { kind: 'add-agent', label: 'Cursor', account: null },
  args: 'a'.repeat(64),
  askedAt: '2026-11-22T12:00:00.000Z',
  deadline: '2026-11-22T12:10:00.000Z',
  ...more,
})
