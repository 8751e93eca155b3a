import { weatherOf } from '@countersign/shared/session/weather'
import { z } from 'zod'
import type { Overviews } from '../../overview.ts'
import type { Time } from '../../time.ts'
import { handler, type Handler } from '../handler.ts'
import type { Status } from '../status.ts'

export const statusHandler = (deps: {
  readonly overviews: Overviews
  readonly url: string
  readonly pid: number
  pending(): number
  readonly time: Pick<Time, 'wall'>
}): Handler =>
  handler({
    name: 'status',
    params: z.strictObject({}),
    run: () => {
      const overview = deps.overviews.for()
      const told: Status = {
        report: {
          companion: { port: overview.port, pid: deps.pid },
          browsers: overview.browsers.map(({ label, fingerprint, connected }) => ({ label, fingerprint, connected })),
          vault: { key: overview.key },
          paused: overview.paused,
          sessions: overview.accounts.length,
          weather: overview.accounts.map((account) => ({
            account: account.id,
            state: weatherOf(account, account.observed, deps.time.wall()),
          })),
          agents: overview.agents.filter(({ id }) => id !== 'terminal').length,
          pending: deps.pending(),
          remembered: overview.remembered.length,
          released: overview.released.length,
          alarms: overview.alarms.map(({ code }) => code),
        },
        url: deps.url,
        overview,
      }
      return Promise.resolve(told)
    },
  })
