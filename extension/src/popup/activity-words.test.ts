import type { Activity } from '@countersign/shared/protocol/overview'
import { describe, expect, it } from 'vitest'
import { activityWords, worthTelling } from './activity-words.ts'

const row = (more: Partial<Activity>): Activity => ({
  seq: 1,
  at: '2026-11-22T12:00:00Z',
  kind: 'call',
  asker: 'Claude Code',
  tool: null,
  outcome: null,
  code: null,
  ...more,
})

describe('activityWords', () => {
  it.each<[more: Partial<Activity>, text: string, tone: string]>([
    [{ kind: 'start' }, 'Countersign started', 'plain'],
    [{ kind: 'session_saved', outcome: 'done' }, 'Session saved · Claude Code', 'good'],
    [{ kind: 'session_saved', outcome: 'failed', code: 'disk_full' }, 'A save failed: The disk is full', 'bad'],
    [{ kind: 'grant', tool: 'add agent Cursor', outcome: 'done' }, 'An agent was let in', 'good'],
    [{ kind: 'grant', tool: 'rename agent Cursor', outcome: 'done' }, 'An agent was renamed', 'plain'],
    [{ kind: 'grant', tool: 'rotate agent Cursor', outcome: 'done' }, 'An agent got a new token', 'plain'],
    [{ kind: 'muted', outcome: 'done' }, 'An agent was muted', 'plain'],
    [{ kind: 'unmuted', outcome: 'done' }, 'An agent was unmuted', 'plain'],
    [{ tool: 'save_session', outcome: 'refused', code: 'muted' }, 'Claude Code: save_session: it is muted', 'bad'],
    [{ tool: 'save_session', outcome: 'done' }, 'Claude Code: save_session', 'plain'],
    [{ tool: 'save_session', code: 'approval_denied' }, 'Claude Code: save_session: you said no', 'bad'],
    [{ tool: 'save_session', code: 'from_the_future' }, 'Claude Code: save_session: from_the_future', 'bad'],
    [{ kind: 'approval', tool: 'save_session', outcome: 'approved' }, 'You approved Claude Code: save_session', 'good'],
    [{ kind: 'approval', tool: 'save_session', outcome: 'done' }, 'You approved Claude Code: save_session', 'good'],
    [
      { kind: 'approval', tool: 'export', outcome: 'denied', asker: 'Terminal' },
      'You denied Terminal: export',
      'plain',
    ],
    [
      { kind: 'approval', tool: 'export', outcome: 'refused', code: 'approval_denied' },
      'You denied Claude Code: export',
      'plain',
    ],
    [{ kind: 'grant', outcome: 'done' }, 'An agent was let in', 'good'],
    [{ kind: 'remembered', tool: 'save_session' }, 'Your yes to Claude Code lasts: save_session', 'plain'],
    [{ kind: 'forgotten', tool: 'save_session', asker: 'Chrome' }, 'save_session asks again', 'plain'],
    [{ kind: 'lease_ended', tool: 'lease', outcome: 'done' }, 'Claude Code: lease ended lease, done', 'plain'],
  ])('%o', (more, text, tone) => expect(activityWords(row(more))).toEqual({ text, tone }))
})

describe('worthTelling', () => {
  it('leaves out the calls that another row tells of', () => {
    const outcomes = ['intent', 'done', 'refused', 'failed']
    expect(outcomes.filter((outcome) => worthTelling(row({ outcome })))).toEqual(['refused', 'failed'])
    expect(worthTelling(row({ kind: 'session_saved', outcome: 'done' }))).toBe(true)
  })
})
