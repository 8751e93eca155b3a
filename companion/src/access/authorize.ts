import type { Asker, Subject } from '@countersign/shared/approval/prompt'
import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { Decision } from '@countersign/shared/policy/decision'
import type { Broker } from '../approvals/broker.ts'
import type { Verdict } from '../approvals/question.ts'
import type { Remembered, StandingYes } from '../approvals/remembered.ts'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { PolicyCall } from '../policy/evaluate.ts'
import type { Limits } from '../policy/limits.ts'
import type { Gate } from './gate.ts'
import { withSignals } from './linked-signal.ts'

/** One wish of an agent or of the terminal, before anything is done about it. */
export type Wish = {
  readonly asker: Asker
  /** The name that rules know the tool by, or the terminal's action. */
  readonly action: string
  readonly reason: string | null
  /** An agent's arguments as they came, for the rules that look at them. */
  readonly input?: unknown
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
  subjects(connected: readonly ConnectedBrowser[], signal: AbortSignal): Promise<Subjects>
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
export type Standing =
  | { readonly kind: 'remembered'; readonly yeses: readonly StandingYes[] }
  /** The id of the question whose yes put the policy in force; null where no browser was asked. */
  | { readonly kind: 'policy'; readonly request: string | null }

type Free = (
  | { readonly kind: 'allowed'; readonly rule: string; readonly standing: Standing }
  | { readonly kind: 'approved'; readonly rule: string; readonly approval: Approved }
) & {
  /** What was wished for has not been done after all, and does not count for the limits. Never throws. */
  giveBack(): void
}

/**
 * The one road. Refusals come in this order, all but the last without a prompt: paused or an alarm, policy, limits, paired,
 * connected, tab, signed in, prompt. Throws only what is a fault of ours.
 */
export type Authorize = (wish: Wish, signal: AbortSignal) => Promise<Road>

export const createAuthorize = (deps: {
  readonly gate: Gate
  readonly browsers: Browsers
  readonly broker: Pick<Broker, 'ask'>
  /** What the policy in force says of a call. */
  decide(call: PolicyCall): Decision
  readonly limits: Limits
  readonly remembered: Pick<Remembered, 'covering'>
  /** The id of the question whose yes put the policy in force. */
  acceptance(): string | null
  /** Seconds that any question may stay open at most. */
  readonly longest: number
}): Authorize => {
  const { gate, browsers, broker, limits, remembered } = deps
  const decide = ({ action, input }: Wish) => deps.decide({ tool: action, args: input })

  const standingOf = ({ asker, action, args, mustAsk }: Wish, decision: 'allow' | 'ask'): Standing | undefined => {
    if (mustAsk === true) return undefined
    if (decision === 'allow') return { kind: 'policy', request: deps.acceptance() }
    const yeses = remembered.covering({ asker, tool: action, args })
    return yeses.length === 0 ? undefined : { kind: 'remembered', yeses }
  }

  const ask = async (wish: Wish, { rule, timeout, giveBack }: Asking, signal: AbortSignal): Promise<Road> => {
    if (browsers.paired().length === 0) return refused(refusal('not_paired'))
    const connected = browsers.connected()
    if (connected.length === 0) return refused(refusal('browser_not_connected'))
    const subjects = await wish.subjects(connected, signal)
    if (signal.aborted) return refused(reasonOf(signal))
    if (subjects.kind === 'refused') return refused(subjects.refusal)
    const patience = Math.min(wish.left ?? timeout ?? wish.patience, deps.longest)
    wish.asking?.(patience)
    const { asker, action, reason, args } = wish
    const subjectFor = ({ fingerprint }: ConnectedBrowser) => subjects.byBrowser.get(fingerprint)
    const asked = (id: string) => wish.asked?.(id)
    const verdict = await broker.ask({ asker, action, reason, args, patience, subjectFor, asked }, signal)
    if (verdict.kind === 'approved') return { kind: 'approved', rule, approval: verdict, giveBack }
    return refused({ ...refusalFor(verdict, signal), rule })
  }

  return async (wish, signal) => {
    try {
      const closed = gate.closed()
      if (closed !== undefined) return refused(closed)
      const decision = wish.asker.kind === 'terminal' ? terminalAsks : decide(wish)
      if (decision.kind === 'deny') {
        return refused(refusal('policy_denied', { rule: decision.rule, reason: decision.reason }))
      }
      const { rule } = decision
      const reservation = limits.reserve(decision.limits, {
        grant: wish.asker.grant,
        connection: wish.connection ?? '',
      })
      if (reservation.kind === 'limited') {
        const { kind: _, ...limited } = reservation
        return refused(refusal('rate_limited', limited))
      }
      const { giveBack } = reservation
      const standing = standingOf(wish, decision.kind)
      if (standing !== undefined) return { kind: 'allowed', rule, standing, giveBack }
      const timeout = decision.kind === 'ask' ? decision.timeout : undefined
      return await unlessRefused(giveBack, () =>
        // What closes the gate ends the calls that wait, too.
        withSignals([signal, ...gate.signals()], (linked) => ask(wish, { rule, timeout, giveBack }, linked)),
      )
    } catch (thrown) {
      if (!(thrown instanceof CountersignError)) throw thrown
      return refused(refusalOf(thrown))
    }
  }
}

/** Why a call was ended from outside: paused, taken back, or no more than cancelled. */
export const reasonOf = (signal: AbortSignal): Refusal =>
  signal.reason instanceof CountersignError ? refusalOf(signal.reason) : refusal('cancelled')

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

const terminalAsks: Decision = { kind: 'ask', rule: '(terminal)', limits: [] }

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
