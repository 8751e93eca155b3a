import { before, day, german, home, hour, outline, overview } from './sample-home.ts'

const [saved] = overview.accounts
const other = {
  ...saved,
  id: 'second-example',
  name: null,
  savedAt: before(3 * day),
  version: 1,
  observed: 'another-account',
}
/** The account in the tab, saved so many minutes ago and ending in so many, and another one beside it. */
const weather = (minutes: number, left: number | null, observed: string | null, more: object = {}) => ({
  ...home,
  overview: {
    ...overview,
    accounts: [
      { ...saved, savedAt: before(minutes), expiresAt: left === null ? null : before(-left), observed, ...more },
      other,
    ],
  },
})
const signedOut = { kind: 'signed-out', origin: 'https://www.upwork.com' } as const

/** The tab's account, in each weather that its saved session can have. */
export const weatherStates: Record<string, object> = {
  'weather-fresh': weather(2 * hour, 14 * day, 'same'),
  'weather-ageing': weather(8 * day, 6 * day, 'same'),
  'weather-expiring': weather(13 * day, 20 * hour, 'same'),
  'weather-expired': weather(14 * day, -hour, 'rotated'),
  'weather-rotated': weather(2 * day, 12 * day, 'rotated'),
  'weather-itself': { ...weather(2 * hour, 14 * day, 'same'), savesItself: ['example-freelancer'] },
  'weather-offline': {
    ...weather(2 * hour, 14 * day, 'same'),
    link: { state: 'connecting' },
    savesItself: ['example-freelancer'],
  },
  'weather-uncertain': weather(2 * hour, null, null),
  'weather-signed-out': { ...weather(2 * day, 12 * day, 'signed-out'), tab: signedOut },
  'weather-another-account': {
    ...weather(2 * day, 12 * day, 'another-account'),
    tab: { kind: 'ready', outline: { ...outline, identity: { ...outline.identity, account: 'third-example' } } },
  },
  'weather-long': weather(2 * day, 12 * day, 'rotated', { name: german }),
}
