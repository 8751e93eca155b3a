import { type Why, browserMethods } from '@countersign/shared/protocol/messages'
import type { Overview } from '@countersign/shared/protocol/overview'
import { type Route, route } from '@countersign/shared/protocol/peer'
import type { Approvals } from './approvals.ts'
import type { Capture } from './capture.ts'
import type { LedgerWitness } from './ledger-witness.ts'
import type { Prompts } from './prompts.ts'

export type CompanionRoutesDeps = {
  readonly capture: Pick<Capture, 'describe' | 'take'>
  readonly approvals: Pick<Approvals, 'use'>
  readonly prompts: Pick<Prompts, 'receive' | 'ended'>
  readonly witness: Pick<LedgerWitness, 'countersign'>
  overview(told: Overview): Promise<void>
  /** Another browser's yes has come. */
  paired(): void
  /** @param why null when somebody unpaired it */
  unpaired(why: Why | null): void
}

/** All that a companion may ask of this browser. */
export const companionRoutes = (deps: CompanionRoutesDeps): readonly Route[] => [
  route(browserMethods.heartbeat, async () => ({})),
  route(browserMethods.overview, async (told) => {
    await deps.overview(told)
    return {}
  }),
  route(browserMethods.prompts, async ({ prompts }) => {
    await deps.prompts.receive(prompts)
    return {}
  }),
  route(browserMethods.promptEnded, async (end) => {
    await deps.prompts.ended(end)
    return {}
  }),
  route(browserMethods.countersign, ({ rows }) => deps.witness.countersign(rows)),
  route(browserMethods.describe, () => deps.capture.describe()),
  // Values leave only for a request that was approved here, and for what was shown then.
  route(browserMethods.take, async ({ request, expect }) =>
    (await deps.approvals.use(request, expect)) ? deps.capture.take(expect) : { kind: 'not-approved' as const },
  ),
  route(browserMethods.standing, async ({ standing, why }) => {
    if (standing === 'paired') deps.paired()
    if (standing === 'unpaired') deps.unpaired(why)
    return {}
  }),
]
