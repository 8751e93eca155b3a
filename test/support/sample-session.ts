import { Secret } from '@countersign/shared/secret'
import type { Session } from '@countersign/shared/session/session'

/** A session of this account as a browser would send it, with this value in its sign-in cookie and in its storage. */
export const sampleSession = (account: string, value: string): Session => ({
  format: 1,
  site: 'upwork',
  account,
  signIn: 'signed-in',
  capturedAt: new Date().toISOString(),
  userAgent: 'Mozilla/5.0',
  languages: ['en'],
  timeZone: 'Europe/Lisbon',
  cookies: [cookie('master_access_token', value), cookie('console_user', account)],
  origins: [
    {
      origin: 'https://www.upwork.com',
      localStorage: [{ name: 'token_cache', value: new Secret(value) }],
      sessionStorage: [],
    },
  ],
  leftOut: [],
})

const cookie = (name: string, value: string): Session['cookies'][number] => ({
  name,
  value: new Secret(value),
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  expires: 1_999_999_999,
  partition: null,
})
