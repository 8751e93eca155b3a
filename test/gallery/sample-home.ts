import type { Overview } from '@countersign/shared/protocol/overview'

/** What the made-up worker knows in most states: a browser that is paired and connected, at home, and an Upwork tab. */
const now = Date.now()
export const before = (minutes: number): string => new Date(now - minutes * 60_000).toISOString()
export const hour = 60
export const day = 24 * hour

export const overview: Overview = {
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
      signIn: 'signed-in',
      observed: 'same',
      mark: null,
    },
  ],
  agents: [
    { id: 'g1', label: 'Claude Code', lastSeen: before(4), mutedUntil: null, account: null },
    { id: 'g2', label: 'Cursor', lastSeen: null, mutedUntil: null, account: null },
  ],
  remembered: [],
  released: [],
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

export function row(
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

export function lasting(last: string, agent: string, tool: string, until: string | null) {
  const id = `6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a2${last}`
  return { id, agent, tool, until, sameArguments: false, account: 'example-freelancer', browser: '7K2M-9QXD' }
}

export function lent(last: string, more: Partial<Overview['released'][number]> = {}): Overview['released'][number] {
  return {
    id: `6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a3${last}`,
    kind: 'lease',
    account: 'example-freelancer',
    format: 'playwright',
    path: '/home/ada/agents/upwork-session.json',
    command: null,
    since: before(20),
    until: before(-100),
    version: 3,
    ...more,
  }
}

export const names = [
  'master_access_token',
  'XSRF-TOKEN',
  'console_user',
  'user_uid',
  'oauth2_global_js_token',
  'recognized',
  ...Array.from({ length: 12 }, (_, index) => `visitor_preference_${index + 1}`),
]

export const outline = {
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

export const ready = { kind: 'ready', outline } as const
export const uncertain = {
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
  savesItself: [],
} as const
export const home = { ...base, prompts: [], outcome: null }

/** A word as long as a language can make one. */
export const german = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
