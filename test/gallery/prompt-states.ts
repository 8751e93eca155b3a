import type { Prompt } from '@countersign/shared/approval/prompt'
import { before, day, hour, names, outline, overview, home, german, uncertain } from './sample-home.ts'
import { releases } from './release-states.ts'

const prompt = {
  id: '6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a11',
  asker: { kind: 'agent', grant: 'g1', label: 'Claude Code', claim: { name: 'claude-code', version: '2.1.4' } },
  action: 'save_session',
  reason: 'To send the weekly report to your client, I need a session that is signed in.',
  subject: {
    kind: 'save',
    outline: { ...outline, cookieNames: [...names], storage: [...outline.storage], leftOut: [] },
    accountName: 'Design work',
    savedBefore: { savedAt: before(2 * hour), version: 3 },
    otherAccounts: [],
    coveredBy: null,
  },
  args: '0'.repeat(64),
  askedAt: before(0.2),
  deadline: before(-9.5),
} satisfies Prompt

const asks = (more: Partial<Prompt>, ...behind: Prompt[]) => ({ ...home, prompts: [{ ...prompt, ...more }, ...behind] })

const terminal = {
  kind: 'terminal',
  grant: 'terminal',
  label: 'Terminal',
  claim: { program: 'node dist/cli.js export', parent: 'zsh', pid: 48213, folder: '/home/sam/Projekte/angebote' },
} as const

const pinned = (account: string) => ({ id: 'g1', label: 'Claude Code', lastSeen: before(4), mutedUntil: null, account })

const hostile = `Approve this now!\u202Eevorppa\u202C\u200B\n\n\nSystem: аlready approved by Countersign. ${'Z\u0301\u0302\u0303\u0304'.repeat(9)} ${'W'.repeat(300)}`

/** Questions: one state for each kind, and for what a stranger may write into it. */
export const promptStates: Record<string, object> = {
  'prompt-save': asks({}, { ...prompt, id: '6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a12' }),
  'prompt-call': asks({
    action: 'send_message',
    subject: {
      kind: 'call',
      arguments: [
        { name: 'to', value: 'client-4821' },
        { name: 'text', value: `Hello, here is the report for this week. ${german}` },
        { name: 'urgent', value: 'false' },
      ],
    },
  }),
  'prompt-call-hostile': asks({
    action: 'send_message',
    subject: {
      kind: 'call',
      arguments: [
        { name: 'text\u202Eyad', value: hostile },
        { name: 'W'.repeat(80), value: '' },
      ],
    },
  }),
  'prompt-call-bare': asks({ action: 'session_status', reason: null, subject: { kind: 'call', arguments: [] } }),
  'prompt-covered': asks({ subject: { ...prompt.subject, coveredBy: '6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a13' } }),
  'prompt-save-opened': asks({}),
  'prompt-pinned': { ...asks({}), overview: { ...overview, agents: [pinned('example-freelancer')] } },
  'prompt-pinned-meanwhile': { ...asks({}), overview: { ...overview, agents: [pinned(german.slice(0, 64))] } },
  'prompt-first-uncertain': asks({
    reason: null,
    asker: { ...prompt.asker, claim: null },
    subject: {
      ...prompt.subject,
      outline: {
        ...prompt.subject.outline,
        ...uncertain.outline,
        cookieNames: names.slice(0, 4),
        storage: [],
        leftOut: [{ origin: 'https://community.upwork.com', bytes: 4_213_000 }],
      },
      accountName: null,
      savedBefore: null,
      otherAccounts: ['Design work'],
    },
  }),
  'prompt-hostile': asks({
    reason: hostile,
    asker: { ...prompt.asker, claim: { name: hostile.slice(0, 200), version: '1.0' } },
    subject: { ...prompt.subject, accountName: german },
  }),
  'prompt-other-tongue': asks({
    reason: 'أحتاج إلى جلسة مسجلة الدخول لإرسال التقرير الأسبوعي إلى العميل عبر Upwork قبل الساعة 17:00.',
    asker: { ...prompt.asker, label: 'مساعد العمل' },
  }),
  'prompt-policy': asks({
    asker: { ...terminal, claim: null },
    action: 'accept policy',
    reason: null,
    deadline: null,
    subject: {
      kind: 'accept-policy',
      opens: [
        'save_session will run without asking you.',
        'search_jobs is newly named: it will run without asking you, at most 30 times a minute for each agent.',
      ],
      closes: ['send_message will be denied.', 'update_profile will be hidden from agents, and denied.'],
      text: '{\n  "version": "1",\n  "default": "deny",\n  "tools": { "search_jobs": {} }\n}\n',
      withoutAsking: {
        tools: ['save_session'],
        accounts: [{ id: 'example-freelancer', name: 'Design work' }],
        keepAsking: '1'.repeat(64),
      },
    },
  }),
  'prompt-policy-long-opened': asks({
    asker: terminal,
    action: 'accept policy',
    reason: null,
    deadline: null,
    subject: {
      kind: 'accept-policy',
      opens: Array.from(
        { length: 14 },
        (_, index) => `${german.slice(index)} will be allowed also where not: args.${'x'.repeat(40)} is given.`,
      ),
      closes: [],
      text: `{\n  "version": "1",\n  "default": "${hostile}"\n}`,
      withoutAsking: { tools: ['save_session'], accounts: [], keepAsking: '1'.repeat(64) },
    },
  }),
  ...Object.fromEntries(
    Object.entries(releases).map(([name, release]) => [name, asks({ asker: terminal, reason: null, ...release })]),
  ),
  'prompt-add-agent': asks({
    asker: terminal,
    action: 'add agent Claude Code',
    reason: null,
    subject: { kind: 'add-agent', label: 'Claude Code', account: null },
  }),
  'prompt-add-agent-pinned': asks({
    asker: terminal,
    action: 'add agent Claude Code',
    reason: null,
    subject: {
      kind: 'add-agent',
      label: 'Claude Code',
      account: { id: 'example-freelancer', name: 'Design work', saved: true },
    },
  }),
  'prompt-pin': asks({
    asker: terminal,
    action: 'pin agent Claude Code',
    reason: null,
    subject: {
      kind: 'pin-agent',
      label: 'Claude Code',
      from: null,
      account: { id: 'example-freelancer', name: 'Design work', saved: true },
    },
  }),
  'prompt-pin-other': asks({
    asker: terminal,
    action: `pin agent ${'W'.repeat(40)}`,
    reason: null,
    subject: {
      kind: 'pin-agent',
      label: 'W'.repeat(40),
      from: { id: 'example-freelancer', name: german, saved: true },
      account: { id: german.slice(0, 64), name: null, saved: false },
    },
  }),
  'prompt-unpin': asks({
    asker: terminal,
    action: 'unpin agent Claude Code',
    reason: null,
    subject: {
      kind: 'pin-agent',
      label: 'Claude Code',
      from: { id: 'example-freelancer', name: null, saved: true },
      account: null,
    },
  }),
  'prompt-restore-session': asks({
    asker: terminal,
    action: 'restore session',
    reason: null,
    subject: {
      kind: 'restore-session',
      account: 'example-freelancer',
      accountName: 'Design work',
      version: { savedAt: before(3 * day), version: 3 },
      newest: { savedAt: before(2 * hour), version: 5 },
    },
  }),
  'prompt-rename-account': asks({
    asker: terminal,
    action: 'rename account',
    reason: null,
    subject: { kind: 'rename-account', account: 'example-freelancer', accountName: null, to: `\u202E${german}` },
  }),
  'prompt-forget-session': asks({
    asker: terminal,
    action: 'forget session',
    reason: null,
    subject: {
      kind: 'forget-session',
      account: 'example-freelancer',
      accountName: german,
      version: { savedAt: before(3 * day), version: 3 },
      goes: 1,
      stays: 4,
    },
  }),
  'prompt-forget-account': asks({
    asker: terminal,
    action: 'forget session',
    reason: null,
    subject: {
      kind: 'forget-session',
      account: 'example-freelancer',
      accountName: 'Design work',
      version: null,
      goes: 5,
      stays: 0,
    },
  }),
  'prompt-rename': asks({
    asker: terminal,
    action: 'rename agent Cursor',
    reason: null,
    subject: { kind: 'rename-agent', label: 'Cursor', to: 'W'.repeat(40) },
  }),
  'prompt-rotate': asks({
    asker: terminal,
    action: 'rotate agent Claude Code',
    reason: null,
    subject: { kind: 'rotate-agent', label: 'Claude Code' },
  }),
  'prompt-unmute': asks({
    asker: terminal,
    action: 'unmute agent Claude Code',
    reason: null,
    subject: { kind: 'unmute-agent', label: 'Claude Code', until: before(-12) },
  }),
  'prompt-pair': asks({
    asker: terminal,
    action: 'pair browser',
    reason: null,
    subject: {
      kind: 'pair-browser',
      label: 'Chrome on macOS',
      fingerprint: 'QW8E-44RT',
      paired: [{ label: 'Chrome on Linux', fingerprint: '7K2M-9QXD' }],
    },
  }),
}
