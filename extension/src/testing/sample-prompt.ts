import type { Prompt } from '@countersign/shared/approval/prompt'

/** A question of an agent's that any test may bend. */
export const samplePrompt = (more: Partial<Prompt> = {}): Prompt => ({
  id: crypto.randomUUID(),
  asker: { kind: 'agent', grant: 'grant-1', label: 'Claude Code', claim: null },
  action: 'save_session',
  reason: 'To look at the job feed.',
  subject: { kind: 'add-agent', label: 'Cursor' },
  args: 'a'.repeat(64),
  askedAt: '2026-11-22T12:00:00.000Z',
  deadline: '2026-11-22T12:10:00.000Z',
  ...more,
})
