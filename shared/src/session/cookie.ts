import { z } from 'zod'
import { secretText } from '../secret.ts'

/** One cookie with every attribute that the browser tells of, in WebExtensions' own words. */
export const cookie = z.strictObject({
  name: z.string(),
  value: secretText,
  /** With a leading dot unless `hostOnly`, as `chrome.cookies` gives it. */
  domain: z.string().min(1),
  hostOnly: z.boolean(),
  path: z.string(),
  secure: z.boolean(),
  httpOnly: z.boolean(),
  sameSite: z.enum(['unspecified', 'no_restriction', 'lax', 'strict']),
  /** Seconds since 1970; null for a cookie that ends with the browser. */
  expires: z.number().nullable(),
  /** Set for a partitioned cookie (CHIPS): under which site it lives. */
  partition: z.strictObject({ topLevelSite: z.string(), hasCrossSiteAncestor: z.boolean().nullable() }).nullable(),
})
export type Cookie = z.output<typeof cookie>
