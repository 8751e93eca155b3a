import type { Overview, SavedAccount } from '@countersign/shared/protocol/overview'

/** What the companion tells of a saved session: of example-freelancer, two days before 22 November 2026, for two weeks. */
export const savedAccount = (more: Partial<SavedAccount> = {}): SavedAccount => ({
  id: 'example-freelancer',
  name: null,
  savedAt: '2026-11-20T12:00:00.000Z',
  expiresAt: '2026-12-04T12:00:00.000Z',
  version: 1,
  kept: 1,
  cookies: 14,
  origins: 1,
  signIn: 'signed-in',
  observed: null,
  mark: null,
  ...more,
})

export const overviewWith = (accounts: readonly SavedAccount[], more: Partial<Overview> = {}): Overview => ({
  version: '1',
  port: 47_616,
  paused: false,
  key: 'file',
  accounts: [...accounts],
  agents: [],
  remembered: [],
  released: [],
  browsers: [],
  activity: [],
  resetAt: null,
  alarms: [],
  ...more,
})
