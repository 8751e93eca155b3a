import { Secret } from '../../secret.ts'
import type { Cookie } from '../cookie.ts'

/** A cookie of the whole site as Upwork sets its token, unless told otherwise. */
export const madeCookie = (name: string, value: string, more: Partial<Cookie> = {}): Cookie => ({
  name,
  value: new Secret(value),
  domain: '.upwork.com',
  hostOnly: false,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  expires: null,
  partition: null,
  ...more,
})
