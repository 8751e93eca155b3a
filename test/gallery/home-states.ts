import { before, day, overview, outline, uncertain, home, row, lasting, lent, german } from './sample-home.ts'

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

/** All that the pages show but questions: one state for each. */
export const homeStates: Record<string, object> = {
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
        { id: 'g1', label: 'Claude Code', lastSeen: before(4), mutedUntil: before(-12), account: null },
        { id: 'g2', label: 'W'.repeat(40), lastSeen: null, mutedUntil: before(-day), account: null },
        { id: 'g3', label: 'Cursor', lastSeen: null, mutedUntil: null, account: null },
        { id: 'terminal', label: 'Terminal', lastSeen: null, mutedUntil: before(-15), account: null },
      ],
    },
  },
  'home-pinned': {
    ...home,
    overview: {
      ...overview,
      agents: [
        { id: 'g1', label: 'Claude Code', lastSeen: before(4), mutedUntil: null, account: 'example-freelancer' },
        { id: 'g2', label: 'Cursor', lastSeen: null, mutedUntil: null, account: null },
        { id: 'g3', label: 'W'.repeat(40), lastSeen: null, mutedUntil: before(-12), account: german.slice(0, 64) },
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
  'home-lasting': {
    ...home,
    overview: {
      ...overview,
      remembered: [
        lasting('1', 'Claude Code', 'save_session', before(-12)),
        lasting('2', 'Cursor', 'save_session', null),
        { ...lasting('3', 'W'.repeat(40), 'send_message', before(-0.4)), account: null, sameArguments: true },
      ],
      activity: [
        row(11, 1, 'forgotten', 'Chrome on Linux', 'save_session', 'done'),
        row(10, 3, 'remembered', 'Claude Code', 'save_session', 'done'),
        ...overview.activity,
      ],
    },
  },
  'home-released': {
    ...home,
    overview: {
      ...overview,
      agents: overview.agents.slice(0, 1),
      released: [
        lent('1'),
        lent('2', { kind: 'launch', command: 'node scrape.js --pages 3', until: null }),
        lent('3', { path: `/home/ada/${'W'.repeat(80)}.json`, account: german, until: before(-0.5) }),
      ],
      activity: [
        row(13, 1, 'release_ended', 'Companion', 'lease', 'failed', 'disk_failed'),
        row(12, 3, 'release_ended', 'Terminal', 'exec', 'done'),
        row(11, 4, 'release', 'Companion', 'lease', 'done'),
        row(10, 20, 'release', 'Terminal', 'exec', 'done'),
        ...overview.activity,
      ],
    },
  },
  'home-not-wiped': {
    ...home,
    alarms: [
      {
        code: 'release_not_wiped',
        text: 'A released session could not be wiped yet. Its folder is gone: /media/ada/stick/session.json. Delete that file yourself; `countersign leases` tells more.',
        look: null,
      },
    ],
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
}
