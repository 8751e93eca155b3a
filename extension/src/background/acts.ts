import { digest } from '@countersign/shared/canonical'
import { companionMethods } from '@countersign/shared/protocol/messages'
import type { z } from 'zod'
import type { SurfaceAnswer } from '../surface/messages.ts'
import type { Connection } from './connection.ts'
import type { Pen } from './pen.ts'

export type Act = z.output<typeof companionMethods.act.params>['act']

/** Milliseconds for which the signature of an act is good: it is sent at once. */
const lasts = 60_000

/** The person's own acts that open something. Nobody asked, so what is signed is the act itself. */
export const createActs =
  (pen: Pen, connection: Pick<Connection, 'request'>, now: () => number) =>
  async (act: Act): Promise<SurfaceAnswer> => {
    const args = await digest(act)
    const signed = await pen.sign({
      request: crypto.randomUUID(),
      grant: { id: 'browser', label: 'Browser' },
      tool: act.tool,
      args,
      shown: args,
      answer: 'approve',
      reason: null,
      expires: new Date(now() + lasts).toISOString(),
    })
    return connection.request(companionMethods.act, { signed, act })
  }
