import { before, day, german, home, hour, overview } from './sample-home.ts'

const [account] = overview.accounts
const hostile = '\u202Egnp.\u0000<b>' + 'W'.repeat(60)

const version = (number: number, minutes: number, more: object = {}) => ({
  version: number,
  savedAt: before(minutes),
  expiresAt: before(-14 * day),
  cookies: 41,
  origins: 2,
  damaged: false,
  ...more,
})
const history = {
  kind: 'history',
  versions: [
    version(5, 2 * hour),
    version(4, day, { cookies: 1, origins: 1 }),
    version(3, 3 * day, { damaged: true, cookies: 0, origins: 0, expiresAt: null }),
    version(1, 40 * day, { expiresAt: before(2 * day) }),
  ],
}
const nothing = { added: [], gone: [], changed: [], unnamed: 0 }
const difference = {
  kind: 'difference',
  difference: {
    from: 4,
    to: 5,
    cookies: {
      added: ['recognized', 'sid (.upwork.com/ab)'],
      gone: ['visitor_preference_3'],
      changed: ['master_access_token', 'XSRF-TOKEN'],
      unnamed: 0,
    },
    storage: { ...nothing, changed: ['token_cache (local, https://www.upwork.com)'], unnamed: 212 },
  },
}
const hostileDifference = {
  ...difference,
  difference: {
    ...difference.difference,
    cookies: { ...nothing, added: [hostile, german, 'мaster_access_token'] },
    storage: nothing,
  },
}
const withAccounts = (...accounts: readonly object[]) => ({ ...home, overview: { ...overview, accounts } })
const two = withAccounts(account ?? {}, { ...account, id: 'second-example', name: null, version: 1, kept: 1 })
const odd = withAccounts({ ...account, id: 'second-example', name: hostile.slice(0, 60), version: 5 })
const newest = withAccounts({ ...account, version: 5, kept: 4 })

/** An account's page, and what it shows behind each press. */
export const sessionStates: Record<string, object> = {
  'home-two-sessions': two,
  'session-page': newest,
  'session-page-long': withAccounts({ ...account, name: german, version: 5 }),
  'session-page-odd': odd,
  'session-page-version': newest,
  'session-page-damaged': newest,
  'session-page-compare': newest,
  'session-page-compare-odd': newest,
  'session-page-forget': newest,
  'session-page-forget-all': newest,
  'session-page-rename': newest,
  'session-page-restored': newest,
  'session-page-refused': newest,
  'session-page-offline': { ...newest, link: { state: 'connecting' } },
}

const opened = (...more: readonly string[]) => ({ answers: { history, difference }, presses: [line, ...more] })
const line = 'Design work this tab Fresh, saved 2 hours ago, version 5'
const first = 'Version 5 newest 2 hours ago'

export const sessionScripts = {
  'session-page': opened(),
  'session-page-long': { ...opened(), presses: [`${german} this tab Fresh, saved 2 hours ago, version 5`] },
  'session-page-version': opened('Version 4 1 day ago'),
  'session-page-damaged': opened('Version 3 does not open 3 days ago'),
  'session-page-compare': opened(first, 'Compare version 5 with version 4'),
  'session-page-compare-odd': {
    answers: { history, difference: hostileDifference },
    presses: [line, first, 'Compare version 5 with version 4'],
  },
  'session-page-forget': opened('Version 4 1 day ago', 'Forget version 4'),
  'session-page-forget-all': opened('Forget this account'),
  'session-page-rename': opened('Rename'),
  'session-page-restored': opened('Version 4 1 day ago', 'Restore version 4'),
  'session-page-refused': {
    answers: {
      history: {
        kind: 'refused',
        code: 'no_such_session',
        reason: 'No such session is saved.',
        next: 'Click Save session in the popup first.',
      },
    },
    presses: [line],
  },
  'session-page-offline': opened(),
}
