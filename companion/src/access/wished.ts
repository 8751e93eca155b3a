import { z } from 'zod'

/** Which session, how much of it, and as what: what the terminal may say of every way out. */
export const wished = {
  format: z.string().max(40),
  account: z.string().max(200).optional(),
  url: z.string().max(4096).optional(),
  only: z.literal('sign-in').optional(),
  except: z.array(z.string().max(4096)).max(1000).optional(),
}
