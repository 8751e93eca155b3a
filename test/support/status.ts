import { z } from 'zod'
import type { Companion } from './companion.ts'
import { until } from './until.ts'

const status = z.strictObject({
  companion: z.strictObject({ port: z.int(), pid: z.int() }),
  browsers: z.array(z.strictObject({ label: z.string(), fingerprint: z.string(), connected: z.boolean() })),
  vault: z.strictObject({ key: z.enum(['keychain', 'file']) }),
  paused: z.boolean(),
  sessions: z.int(),
  weather: z.array(z.strictObject({ account: z.string(), state: z.string() })),
  agents: z.int(),
  pending: z.int(),
  remembered: z.int(),
  released: z.int(),
  alarms: z.array(z.string()),
})
export type Status = z.output<typeof status>

/** `countersign status`. */
export async function statusOf(companion: Companion): Promise<Status> {
  const { code, stdout, stderr } = await companion.run(['status', '--json'])
  if (code !== 0) throw new Error(`There is no status: ${stderr}`)
  return status.parse(JSON.parse(stdout))
}

/** Until every paired browser is connected; gives the status then. */
export function whenConnected(companion: Companion, seconds: number): Promise<Status> {
  return until(
    'the browser is connected',
    async () => {
      const now = await statusOf(companion)
      return now.browsers.length > 0 && now.browsers.every(({ connected }) => connected) && now
    },
    { seconds },
  )
}
