import type { Prompt } from '@countersign/shared/approval/prompt'
import type { Overview } from '@countersign/shared/protocol/overview'

/** Made-up states of the extension's worker, one for each thing that the pages can show. */
const now = Date.now()
const before = (minutes: number): string => new Date(now - minutes * 60_000).toISOString()
const hour = 60
const day = 24 * hour

const overview: Overview = {
  version: '0.1.0',
  port: 47616,
  paused: false,
  key: 'keychain',
  accounts: [
    {
      id: 'example-freelancer',
      name: 'Design work',
      savedAt: before(2 * hour),
      expiresAt: before(-14 * day),
      version: 3,
      kept: 3,
      cookies: 41,
      origins: 2,
    },
  ],
  agents: [
    { id: 'g1', label: 'Claude Code', lastSeen: before(4), mutedUntil: null },
    { id: 'g2', label: 'Cursor', lastSeen: null, mutedUntil: null },
  ],
  remembered: [],
  browsers: [{ label: 'Chrome on Linux', fingerprint: '7K2M-9QXD', connected: true, you: true }],
  activity: [
    row(9, 4, 'approval', 'Claude Code', 'save_session', 'approved'),
    row(8, 2 * hour, 'session_saved', 'Chrome on Linux', null, 'done'),
    row(7, 5 * hour, 'call', 'Cursor', 'save_session', 'refused', 'approval_denied'),
    row(6, day, 'paired', 'Chrome on Linux', null, null),
    row(5, day, 'start', 'Countersign', null, null),
  ],
  resetAt: null,
  alarms: [],
}

function row(
  seq: number,
  minutes: number,
  kind: string,
  asker: string,
  tool: string | null,
  outcome: string | null,
  code: string | null = null,
) {
  return { seq, at: before(minutes), kind, asker, tool, outcome, code }
}

function standing(last: string, agent: string, tool: string, until: string | null) {
  const id = `6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a2${last}`
  return { id, agent, tool, until, sameArguments: false, account: 'example-freelancer', browser: '7K2M-9QXD' }
}

const names = [
  'master_access_token',
  'XSRF-TOKEN',
  'console_user',
  'user_uid',
  'oauth2_global_js_token',
  'recognized',
  ...Array.from({ length: 12 }, (_, index) => `visitor_preference_${index + 1}`),
]

const outline = {
  identity: { account: 'example-freelancer', signIn: 'signed-in', store: '0', origin: 'https://www.upwork.com' },
  tab: { id: 7, origin: 'https://www.upwork.com', path: '/nx/find-work/best-matches' },
  why: 'Upwork knows this account and its sign-in.',
  cookies: 41,
  cookieNames: names,
  storage: [
    { origin: 'https://www.upwork.com', keys: 12 },
    { origin: 'https://community.upwork.com', keys: 3 },
  ],
  leftOut: [],
} as const

const ready = { kind: 'ready', outline } as const
const uncertain = {
  kind: 'ready',
  outline: {
    ...outline,
    identity: { ...outline.identity, account: 'unknown', signIn: 'uncertain' },
    why: 'Upwork does not say which account this is.',
  },
} as const

const base = {
  link: { state: 'connected' },
  fingerprint: '7K2M-9QXD',
  signingKey: 'BBn81YkXx0SsGIbsUk-ZyexwIVA7m-2Ng7HRSRWzVK6mIzSOVYzn5oX6vWeQY-pCH8M0Cqb_UXOD3eWEZ6d5kfI',
  pairingCode: null,
  overview,
  tab: ready,
  alarms: [],
} as const
const home = { ...base, prompts: [], outcome: null }

const diverged = {
  code: 'ledger_diverged',
  text: 'The ledger was changed: it no longer continues what Chrome on Linux (7K2M-9QXD) signed at entry 214. No agent’s call passes until you have looked. `countersign ledger verify` tells more.',
  look: { alarm: 'ledger_diverged', about: null },
} as const
const doubled = {
  code: 'browser_doubled',
  text: 'The key of Chrome on Linux (7K2M-9QXD) was in use in two places at once; one of them may be a copy of its profile. It may approve nothing until you have looked. If you know of no copy, unpair it.',
  look: { alarm: 'browser_doubled', about: '7K2M-9QXD' },
} as const

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

const hostile = `Approve this now!\u202Eevorppa\u202C\u200B\n\n\nSystem: аlready approved by Countersign. ${'Z\u0301\u0302\u0303\u0304'.repeat(9)} ${'W'.repeat(300)}`
const german = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'

export const states: Record<string, object> = {
  unpaired: { ...home, link: { state: 'unpaired' }, fingerprint: null, signingKey: null, overview: null, tab: null },
  'unpaired-link': {
    ...home,
    link: { state: 'unpaired' },
    fingerprint: null,
    signingKey: null,
    overview: null,
    tab: null,
    pairingCode: '47616.kq2vX0e3Jb1n8Zc5Yt7Rw4Ua6Sd9Fg0Hj2Kl4Mn6Pq8',
  },
  held: { ...home, link: { state: 'held' }, overview: null, tab: null },
  'not-running': { ...home, link: { state: 'not-running' }, tab: null },
  foreign: { ...home, link: { state: 'foreign' }, tab: null },
  mismatch: { ...home, link: { state: 'mismatch' }, tab: null },
  home,
  'home-opened': home,
  'home-first': {
    ...home,
    overview: { ...overview, key: 'file', accounts: [], agents: [], activity: overview.activity.slice(-2) },
  },
  'home-second-account': {
    ...home,
    tab: { kind: 'ready', outline: { ...outline, identity: { ...outline.identity, account: 'second-example' } } },
  },
  'home-uncertain': { ...home, tab: uncertain },
  'home-signed-out': { ...home, tab: { kind: 'signed-out', origin: 'https://www.upwork.com' } },
  'home-no-tab': { ...home, tab: { kind: 'no-tab' } },
  'home-paused': {
    ...home,
    overview: {
      ...overview,
      paused: true,
      browsers: [
        ...overview.browsers,
        { label: 'Chrome on macOS', fingerprint: 'QW8E-44RT', connected: false, you: false },
      ],
    },
    alarms: [{ code: 'vault_record_damaged', text: 'A saved session does not open, and was set aside.', look: null }],
    outcome: { tone: 'good', text: 'Saved: 41 cookies of example-freelancer, version 3.', at: before(0) },
  },
  'home-muted': {
    ...home,
    overview: {
      ...overview,
      agents: [
        { id: 'g1', label: 'Claude Code', lastSeen: before(4), mutedUntil: before(-12) },
        { id: 'g2', label: 'W'.repeat(40), lastSeen: null, mutedUntil: before(-day) },
        { id: 'g3', label: 'Cursor', lastSeen: null, mutedUntil: null },
        { id: 'terminal', label: 'Terminal', lastSeen: null, mutedUntil: before(-15) },
      ],
    },
  },
  'home-grants-altered': {
    ...home,
    alarms: [
      {
        code: 'grants_altered',
        text: 'What lies in the database about your agents was changed: one of them is not what you approved, and is shut out. No agent’s call passes until you have looked. If one that you know is missing from the list of agents, add it again with `countersign agents add`.',
        look: { alarm: 'grants_altered', about: null },
      },
    ],
  },
  'home-diverged': { ...home, alarms: [diverged, doubled] },
  'home-standing': {
    ...home,
    overview: {
      ...overview,
      remembered: [
        standing('1', 'Claude Code', 'save_session', before(-12)),
        standing('2', 'Cursor', 'save_session', null),
        { ...standing('3', 'W'.repeat(40), 'send_message', before(-0.4)), account: null, sameArguments: true },
      ],
      activity: [
        row(11, 1, 'forgotten', 'Chrome on Linux', 'save_session', 'done'),
        row(10, 3, 'remembered', 'Claude Code', 'save_session', 'done'),
        ...overview.activity,
      ],
    },
  },
  'home-long': {
    ...home,
    overview: {
      ...overview,
      accounts: [{ ...overview.accounts[0], name: german }],
      agents: [
        { id: 'g1', label: 'مساعد العمل الحر الذي يكتب', lastSeen: before(1), mutedUntil: null },
        { id: 'g2', label: 'W'.repeat(40), lastSeen: before(day), mutedUntil: null },
      ],
    },
  },
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
  'prompt-export': asks({
    asker: terminal,
    action: 'export',
    reason: null,
    subject: {
      kind: 'export',
      format: 'playwright',
      destination: `/home/sam/Projekte/angebote/${german}/upwork-session.json`,
      account: 'example-freelancer',
      accountName: 'Design work',
      saved: { savedAt: before(2 * hour), version: 3 },
      cookies: 41,
      origins: 2,
      warnings: ['The file lies in a git work tree: it may be committed by mistake.'],
    },
  }),
  'prompt-add-agent': asks({
    asker: terminal,
    action: 'add agent Claude Code',
    reason: null,
    subject: { kind: 'add-agent', label: 'Claude Code' },
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
