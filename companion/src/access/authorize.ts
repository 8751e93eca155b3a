import type { Asker, Subject } from '@countersign/shared/approval/prompt'
import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { Decision, Limit } from '@countersign/shared/policy/decision'
import { toldToPerson } from '@countersign/shared/told-to-person'
import type { Broker } from '../approvals/broker.ts'
import type { Verdict } from '../approvals/question.ts'
import type { LastingYes, Remembered } from '../approvals/remembered.ts'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { PolicyCall } from '../policy/evaluate.ts'
import type { Limits } from '../policy/limits.ts'
import type { Gate } from './gate.ts'
import { withSignals } from './linked-signal.ts'
import { terminalLimit, tooManyQuestions } from './terminal-asks.ts'

/** One wish of an agent or of the terminal, before anything is done about it. */
export type Wish = {
  readonly asker: Asker
  /** The name that rules know the tool by, or the terminal's action. */
  readonly action: string
  /** Whether it looks at what we know, and does nothing: such a wish needs no browser. Of agents alone. */
  readonly reads?: boolean
  readonly reason: string | null
  /** An agent's arguments as they came, for the rules that look at them. */
  readonly input?: unknown
  /** What the policy may forbid of the terminal: a release. */
  readonly policy?: PolicyCall | undefined
  /** The connection that an agent calls over, for the limits that count by it. */
  readonly connection?: string
  /** Digest of the arguments, the reason aside. */
  readonly args: string
  /** Seconds until silence becomes a no, where the rule has no time of its own. */
  readonly patience: number
  /** Seconds that are left of a question that was asked before, and is asked anew. */
  readonly left?: number
  /** She has to be asked, even where the policy or a yes from before would let it run. */
  readonly mustAsk?: boolean
  /** What each connected browser would show, by its fingerprint; or why nobody needs to be asked. */
  subjects(connected: readonly ConnectedBrowser[], signal: AbortSignal, asker: Asker): Promise<Subjects>
  /** Called when all that can be said at once has been said, and the person is about to be asked: for so many seconds. */
  asking?(patience: number): void
  /** Called with the id of the question, once it is put. */
  asked?(id: string): void
}

export type Subjects =
  | { readonly kind: 'ready'; readonly byBrowser: ReadonlyMap<string, Subject> }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export type Approved = Extract<Verdict, { kind: 'approved' }>

export type Road = Free | { readonly kind: 'refused'; readonly refusal: Refusal }

/** What lets a call run without a question: yeses from before that cover it, or the policy that she accepted. */
export type Cover =
  | { readonly kind: 'remembered'; readonly yeses: readonly LastingYes[] }
  | {
      readonly kind: 'policy'
      /** The id of the question whose yes put the policy in force; null where no browser was asked. */
      readonly request: string | null
      /** Whether it still is in force, and allows the call. */
      counts(): boolean
    }

type Free = (
  | { readonly kind: 'allowed'; readonly rule: string; readonly cover: Cover }
  | { readonly kind: 'approved'; readonly rule: string; readonly approval: Approved }
) & {
  /** What was wished for has not been done after all, and does not count for the limits. Never throws. */
  giveBack(): void
}

/**
 * The one road. Refusals come in this order, all but the last without a prompt: paused or an alarm, muted, policy, limits, paired,
 * connected, tab, signed in, the account that the agent is pinned to, prompt. What the policy forbids meanwhile is not done after a yes, either. Throws only what is a fault
 * of ours.
 */
export type Authorize = (wish: Wish, signal: AbortSignal) => Promise<Road>

export const createAuthorize = (deps: {
  readonly gate: Gate
  readonly browsers: Browsers
  readonly broker: Pick<Broker, 'ask' | 'end'>
  /** What the policy in force says of a call. */
  decide(call: PolicyCall): Decision
  /** Called when it is another. Gives the way to stop. */
  onPolicyChange(listener: () => void): () => void
  /** Whether a browser that remembers has been there since the start: what is in force could be an older copy until then. */
  vouched(): boolean
  readonly limits: Limits
  readonly remembered: Pick<Remembered, 'covering'>
  /** The id of the question whose yes put the policy in force. */
  acceptance(): string | null
  /** Seconds that any question may stay open at most. */
  readonly longest: number
}): Authorize => {
  const { gate, browsers, broker, limits, remembered } = deps
  const decide = ({ asker, action, input, policy }: Wish): Decision => {
    if (asker.kind !== 'terminal') return deps.decide({ tool: action, args: input })
    return policy === undefined ? terminalAsks : askedInTerminal(deps.decide(policy))
  }
  const denialOf = (wish: Wish): Refusal | undefined => {
    const decision = decide(wish)
    return decision.kind === 'deny' ? policyDenied(decision) : undefined
  }

  const coverOf = (wish: Wish, decision: 'allow' | 'ask'): Cover | undefined => {
    const { asker, action, args, mustAsk } = wish
    if (mustAsk === true) return undefined
    if (decision === 'allow') {
      const request = deps.acceptance()
      const counts = () => deps.acceptance() === request && decide(wish).kind === 'allow'
      return { kind: 'policy', request, counts }
    }
    const yeses = remembered.covering({ asker, tool: action, args })
    return yeses.length === 0 ? undefined : { kind: 'remembered', yeses }
  }

  const ask = async (wish: Wish, { rule, timeout, giveBack }: Asking, signal: AbortSignal): Promise<Road> => {
    if (browsers.paired().length === 0) return refused(refusal('not_paired'))
    const connected = browsers.connected()
    if (connected.length === 0) return refused(refusal('browser_not_connected'))
    const subjects = await wish.subjects(connected, signal, wish.asker)
    if (signal.aborted) return refused(denialOf(wish) ?? reasonOf(signal))
    if (subjects.kind === 'refused') return refused(subjects.refusal)
    const patience = Math.min(wish.left ?? timeout ?? wish.patience, deps.longest)
    wish.asking?.(patience)
    const { asker, action, reason, args } = wish
    const subjectFor = ({ fingerprint }: ConnectedBrowser) => subjects.byBrowser.get(fingerprint)
    const asked = (id: string) => wish.asked?.(id)
    const question = { asker, action, reason, args, patience, subjectFor, asked }
    const verdict = await broker.ask(question, signal)
    const denial = denialOf(wish)
    if (denial !== undefined) {
      if (verdict.kind === 'approved') broker.end(verdict.prompt.id, 'failed', toldToPerson(denial))
      return refused(denial)
    }
    if (verdict.kind === 'approved') return { kind: 'approved', rule, approval: verdict, giveBack }
    return refused({ ...refusalFor(verdict, signal), rule })
  }

  /** Against the terminal's own limit first, and then the policy's; where one is reached, against none. */
  const count = ({ asker, connection = '' }: Wish, own: readonly Limit[]): Counted => {
    const caller = { grant: asker.grant, connection }
    const asking = asker.kind === 'terminal' ? limits.reserve([terminalLimit], caller) : undefined
    if (asking?.kind === 'limited') return { kind: 'refused', refusal: tooManyQuestions(asking.retryAfter) }
    const reservation = limits.reserve(own, caller)
    // What counts in the terminal is being asked: a question that was withdrawn cost her the look all the same.
    if (reservation.kind === 'reserved') return { kind: 'counted', giveBack: reservation.giveBack }
    asking?.giveBack()
    const { kind: _, ...limited } = reservation
    return { kind: 'refused', refusal: refusal('rate_limited', limited) }
  }

  /** Follows the policy: aborted as soon as one is in force that denies this wish. */
  const untilDenied = (wish: Wish) => {
    const denied = new AbortController()
    const stop = deps.onPolicyChange(() => {
      const denial = denialOf(wish)
      if (denial !== undefined) denied.abort(new CountersignError(denial.code, { message: denial.reason }))
    })
    return { signal: denied.signal, stop }
  }
  /** Why an agent's wish has to wait for a browser, whether or not she would be asked. */
  const unvouched = ({ asker, reads }: Wish): Refusal | undefined => {
    if (asker.kind === 'terminal' || reads === true || deps.vouched()) return undefined
    if (browsers.paired().length === 0) return refusal('not_paired')
    return refusal('browser_not_connected', { reason: 'No paired browser has been there since the companion started.' })
  }

  return async (wish, signal) => {
    try {
      const { grant } = wish.asker
      const closed = gate.closed(grant)
      if (closed !== undefined) return refused(closed)
      const decision = decide(wish)
      if (decision.kind === 'deny') return refused(policyDenied(decision))
      const { rule } = decision
      const counted = count(wish, decision.limits)
      if (counted.kind === 'refused') return counted
      const { giveBack } = counted
      const missing = unvouched(wish)
      if (missing !== undefined) {
        giveBack()
        return refused(missing)
      }
      const cover = coverOf(wish, decision.kind)
      if (cover !== undefined) return { kind: 'allowed', rule, cover, giveBack }
      const timeout = decision.kind === 'ask' ? decision.timeout : undefined
      const denied = untilDenied(wish)
      try {
        const road = await unlessRefused(giveBack, () =>
          // What closes the gate, or the tool, ends the calls that wait, too.
          withSignals([signal, ...gate.signals(grant), denied.signal], (linked) =>
            ask(wish, { rule, timeout, giveBack }, linked),
          ),
        )
        // One that was muted while it waited hears for how long, too.
        return road.kind === 'refused' && road.refusal.code === 'muted'
          ? refused(gate.closed(grant) ?? road.refusal)
          : road
      } finally {
        denied.stop()
      }
    } catch (thrown) {
      if (!(thrown instanceof CountersignError)) throw thrown
      return refused(refusalOf(thrown))
    }
  }
}

/** Why a call was ended from outside: paused, taken back, or no more than cancelled. */
export const reasonOf = (signal: AbortSignal): Refusal =>
  signal.reason instanceof CountersignError ? refusalOf(signal.reason) : refusal('cancelled')

type Counted =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'counted'
      /** Of what the policy counts. */
      giveBack(): void
    }

type Asking = {
  readonly rule: string
  /** Seconds, where the rule has a time of its own. */
  readonly timeout: number | undefined
  giveBack(): void
}

const unlessRefused = async (giveBack: () => void, act: () => Promise<Road>): Promise<Road> => {
  let road: Road | undefined
  try {
    road = await act()
    return road
  } finally {
    if (road?.kind !== 'approved') giveBack()
  }
}

const policyDenied = ({ rule, reason }: Extract<Decision, { kind: 'deny' }>): Refusal =>
  refusal('policy_denied', { rule, reason })

const terminalAsks: Decision = { kind: 'ask', rule: '(terminal)', limits: [] }

/** What the policy does not deny is asked. */
const askedInTerminal = (decision: Decision): Decision =>
  decision.kind === 'deny' ? decision : { ...decision, kind: 'ask' }

const refused = (why: Refusal): Road => ({ kind: 'refused', refusal: why })

const plain = {
  'timed-out': 'approval_timed_out',
  busy: 'approval_busy',
  unreachable: 'browser_not_connected',
} as const

const refusalFor = (verdict: Exclude<Verdict, Approved>, signal: AbortSignal): Refusal => {
  if (verdict.kind === 'cancelled') return reasonOf(signal)
  if (verdict.kind !== 'denied') return refusal(plain[verdict.kind])
  const { prompt, reason } = verdict
  return refusal('approval_denied', {
    approvalId: prompt.id,
    ...(reason === null ? {} : { reason: `The person said no: ${reason}` }),
  })
}
