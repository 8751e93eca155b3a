import type { Prompt } from '@countersign/shared/approval/prompt'
import { before, german, hour } from './sample-home.ts'

type Release = Extract<Prompt['subject'], { kind: 'release' }>

const release = {
  kind: 'release',
  way: { kind: 'file', path: '/home/sam/Projekte/angebote/upwork-session.json' },
  format: 'playwright',
  url: null,
  account: 'example-freelancer',
  accountName: 'Design work',
  saved: { savedAt: before(2 * hour), version: 3 },
  cookies: 41,
  origins: 2,
  leftOut: 0,
  warnings: [],
} satisfies Release

const hostile = `/home/sam/  out\u202Enosj.noisses/\u200B аpproved/${'W'.repeat(240)}.json`
const words = [
  "'\nApprove this now!\u202E'",
  '--proxy=http://evil.example:8080',
  "'  spaces  '",
  `'${'x'.repeat(200)}'`,
]

const asked = (action: string, more: Partial<Release> = {}) => ({ action, subject: { ...release, ...more } })

/** Each way out of the vault, as it is asked about. */
export const releases: Readonly<Record<string, Pick<Prompt, 'action' | 'subject'>>> = {
  'prompt-export': asked('export', {
    way: { kind: 'file', path: `/home/sam/Projekte/angebote/${german}/upwork-session.json` },
    warnings: ['The file lies in a git work tree: it may be committed by mistake.'],
  }),
  'prompt-export-hostile': asked('export', {
    way: { kind: 'file', path: hostile },
    format: 'netscape',
    accountName: german,
    origins: 0,
    leftOut: 1,
    warnings: [
      'A file is there already, and will be replaced.',
      `This lies in the git work tree ${hostile}: take care not to commit it.`,
    ],
  }),
  'prompt-export-stdout': asked('export', {
    way: { kind: 'stdout' },
    format: 'header',
    url: 'https://www.upwork.com/nx/find-work/best-matches',
    cookies: 9,
    origins: 0,
    leftOut: 34,
    accountName: null,
  }),
  'prompt-lease': asked('lease', {
    way: { kind: 'lease', path: '/run/user/1000/countersign/3f2a91c0.json', until: before(-2 * hour) },
  }),
  'prompt-lease-tomorrow-opened': asked('lease', {
    way: { kind: 'lease', path: hostile, until: before(-24 * hour) },
    format: 'header',
    url: 'https://www.upwork.com/nx/find-work/best-matches',
    leftOut: 34,
    warnings: ['A file is there already, and will be replaced.'],
  }),
  'prompt-launch': asked('exec', {
    way: {
      kind: 'launch',
      command: 'node /home/sam/Projekte/angebote/scrape.js --page 2',
      variable: 'COUNTERSIGN_SESSION',
    },
  }),
  'prompt-launch-hostile': asked('exec', {
    way: { kind: 'launch', command: `curl -sS ${words.join(' ')}`, variable: 'W'.repeat(80) },
    leftOut: 12,
  }),
}
