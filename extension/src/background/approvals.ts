import { isBeyondDoubt } from '@countersign/shared/approval/can-be-remembered'
import type { ApprovalScope } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { type CaptureIdentity, sameIdentity } from '@countersign/shared/session/capture'
import { policyCovers } from './policy-cover.ts'
import type { LastingYes, Stored } from './stored.ts'

/** Milliseconds for which a yes that counts once is good. */
const lasts = 10 * 60_000

/** What she said yes to. */
export type Yes = {
  readonly prompt: Prompt
  readonly scope: ApprovalScope
  /** Of a policy: with its tools still asking. */
  readonly keepAsking: boolean
}

/**
 * Which captures her yeses in this browser are good for. The companion says which request it means, and can widen none: a yes is
 * good once and for just what was shown; or, where she said that it lasts, for that account in that cookie store.
 */
export type Approvals = {
  /** Keeps her yes. Gives the way to take it back, for when the companion does not take the answer: then it is no approval either. */
  give(yes: Yes): Promise<() => Promise<void>>
  /** Whether this request is good for a capture of just this. One that is good once is used up by asking. */
  use(request: string, wanted: CaptureIdentity): Promise<boolean>
  /** She wants to be asked again. */
  forget(request: string): Promise<void>
  /** They were given for a companion that is no longer ours. */
  clear(): Promise<void>
}

export const createApprovals = (
  { approvals, lasting, policyCover }: Pick<Stored, 'approvals' | 'lasting' | 'policyCover'>,
  now: () => number,
): Approvals => {
  const isGood = ({ since, until }: LastingYes): boolean =>
    // A clock that was set back makes none longer.
    since <= now() && (until === null || now() < until)

  const giveOnce = async (request: string, shown: CaptureIdentity): Promise<void> => {
    const until = now() + lasts
    await approvals.update((known) => [...known.filter((one) => one.until > now()), { request, until, shown }])
  }
  const giveLasting = async (yes: LastingYes): Promise<void> => {
    await lasting.update((known) => [...known.filter((one) => isGood(one) && !isSameWish(one, yes)), yes])
  }
  const useOnce = async (request: string, wanted: CaptureIdentity): Promise<'good' | 'bad' | 'none'> => {
    let found: 'good' | 'bad' | 'none' = 'none'
    await approvals.update((known) => {
      const one = known.find((each) => each.request === request)
      if (one !== undefined) found = one.until > now() && sameIdentity(one.shown, wanted) ? 'good' : 'bad'
      return known.filter((each) => each.request !== request)
    })
    return found
  }
  /**
   * The tab may be on another page or subdomain by now: a yes that lasts would be of no use otherwise, and the capture sees to it that
   * it is the site's and is what the companion says. Account and cookie store have to be those that she read, and the sign-in beyond doubt.
   */
  const stands = async (request: string, { account, store }: CaptureIdentity): Promise<boolean> =>
    (await lasting.get()).some(
      (yes) => yes.request === request && yes.account === account && yes.store === store && isGood(yes),
    )
  const forget = async (request: string): Promise<void> => {
    await approvals.update((known) => known.filter((one) => one.request !== request))
    await lasting.update((known) => known.filter((one) => one.request !== request))
  }

  return {
    async give(yes) {
      const { id, subject } = yes.prompt
      if (subject.kind === 'save') {
        const { identity } = subject.outline
        if (yes.scope === 'once') await giveOnce(id, identity)
        else await giveLasting(lastingYes(yes.prompt, identity, yes.scope, now()))
      }
      const before = await policyCover.get()
      const after = policyCovers(before, yes)
      if (after !== before) await policyCover.set(after)
      return async () => {
        await forget(id)
        if (after !== before) await policyCover.set(before)
      }
    },
    async use(request, wanted) {
      const once = await useOnce(request, wanted)
      if (once !== 'none') return once === 'good'
      if (!isBeyondDoubt(wanted)) return false
      if (await stands(request, wanted)) return true
      const cover = await policyCover.get()
      return cover?.request === request && cover.accounts.includes(wanted.account)
    },
    forget,
    async clear() {
      await approvals.set([])
      await lasting.set([])
      await policyCover.set(null)
    },
  }
}

const lastingYes = (
  { id, asker, action }: Prompt,
  { account, store }: CaptureIdentity,
  scope: Exclude<ApprovalScope, 'once'>,
  since: number,
): LastingYes => {
  const until = scope.for === 'browser' ? null : Date.parse(scope.until)
  return { request: id, grant: asker.grant, tool: action, account, store, since, until }
}

/** A newer yes to the same takes the place of the older one. */
const isSameWish = (a: LastingYes, b: LastingYes): boolean =>
  a.grant === b.grant && a.tool === b.tool && a.account === b.account && a.store === b.store
