import { Secret } from '@countersign/shared/secret'
import { sessionDigest, type Session } from '@countersign/shared/session/session'

/** A session as a capture gives it, with this value in a cookie and in the storage. */
export const sampleSession = (more: Partial<Session> = {}, value = 'sample'): Session => ({
  format: 1,
  site: 'upwork',
  account: 'ada',
  signIn: 'signed-in',
  capturedAt: '2026-11-22T12:00:00.000Z',
  userAgent: 'Mozilla/5.0',
  languages: ['en'],
  timeZone: 'Europe/Lisbon',
  cookies: [
    {
      name: 'master_access_token',
      value: new Secret(value),
      domain: '.upwork.com',
      hostOnly: false,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      expires: 1_900_000_000,
      partition: null,
    },
  ],
  origins: [
    {
      origin: 'https://www.upwork.com',
      localStorage: [{ name: 'k', value: new Secret(value) }],
      sessionStorage: [],
    },
  ],
  leftOut: [],
  ...more,
})

/** The session and its digest, as the browser sends them. */
export const sent = async (session: Session): Promise<[Session, { digest: string }]> => [
  session,
  { digest: await sessionDigest(session) },
]
