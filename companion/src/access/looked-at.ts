import type { ConnectedBrowser } from '../bridge/browsers.ts'
import type { Countersigning } from '../ledger/countersigning.ts'
import type { WholeLedger } from '../ledger/whole-ledger.ts'
import type { Alarms, Raised } from './alarms.ts'
import type { Grants } from './grants.ts'

/** She has looked at an alarm: it goes, and things count as they are now. */
export const createLookedAt =
  (deps: {
    readonly grants: Pick<Grants, 'dropAltered'>
    readonly alarms: Pick<Alarms, 'clear'>
    readonly countersigning: Pick<Countersigning, 'looked'>
    readonly wholeLedger: Pick<WholeLedger, 'looked'>
    onFault(thrown: unknown): void
  }) =>
  (alarm: Pick<Raised, 'alarm' | 'about'>, { label, signingKey }: ConnectedBrowser): void => {
    const by = { kind: 'browser', label } as const
    // Before the alarm goes: what raised it must not outlive it.
    if (alarm.alarm === 'grants_altered') deps.grants.dropAltered(by)
    deps.alarms.clear(alarm, by)
    if (alarm.alarm !== 'ledger_diverged') return
    deps.countersigning.looked(signingKey)
    void deps.wholeLedger.looked().catch(deps.onFault)
  }
