import type { Asker, Subject } from '@countersign/shared/approval/prompt'
import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { Decision } from '@countersign/shared/policy/decision'
import type { Broker } from '../approvals/broker.ts'
import type { Verdict } from '../approvals/question.ts'
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
  readonly reason: string | null
  /** An agent's arguments as they came, for the rules that look at them. */
  readonly input?: unknown
  /** The connection that an agent calls over, for the limits that count by it. */
  readonly connection?: string
  /** Digest of the arguments, the reason aside. */
  readonly args: string
  /** Seconds until silence becomes a no. */
  readonly patience: number
  /** What each connected browser would show, by its fingerprint; or why nobody needs to be asked. */
  subjects(connected: readonly ConnectedBrowser[], signal: AbortSignal): Promise<Subjects>
  /** Called when all that can be said at once has been said, and the person is about to be asked. */
  asking?(): void
  /** Called with the id of the question, once it is put. */
  asked?(id: string): void
}

export type Subjects =
  | { readonly kind: 'ready'; readonly byBrowser: ReadonlyMap<string, Subject> }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export type Approved = Extract<Verdict, { kind: 'approved' }>

export type Road = Free | { readonly kind: 'refused'; readonly refusal: Refusal }

type Free = (
  | { readonly kind: 'allowed'; readonly rule: string }
  | { readonly kind: 'approved'; readonly rule: string; readonly approval: Approved }
) & {
  /** What was wished for has not been done after all, and does not count for the limits. Never throws. */
  giveBack(): void
}

/**
 * The one road. Refusals come in this order, all but the last without a prompt: paused or an alarm, muted, policy, limits, paired,
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
}): Authorize => {
  const { gate, browsers, broker, limits } = deps
  const decide = ({ action, input }: Wish) => deps.decide({ tool: action, args: input })

  const ask = async (wish: Wish, { rule, giveBack }: Asking, signal: AbortSignal): Promise<Road> => {
    if (browsers.paired().length === 0) return refused(refusal('not_paired'))
    const connected = browsers.connected()
    if (connected.length === 0) return refused(refusal('browser_not_connected'))
    const subjects = await wish.subjects(connected, signal)
    if (signal.aborted) return refused(reasonOf(signal))
    if (subjects.kind === 'refused') return refused(subjects.refusal)
    wish.asking?.()
    const { asker, action, reason, args, patience } = wish
    const subjectFor = ({ fingerprint }: ConnectedBrowser) => subjects.byBrowser.get(fingerprint)
    const asked = (id: string) => wish.asked?.(id)
    const verdict = await broker.ask({ asker, action, reason, args, patience, subjectFor, asked }, signal)
    if (verdict.kind === 'approved') return { kind: 'approved', rule, approval: verdict, giveBack }
    return refused({ ...refusalFor(verdict, signal), rule })
  }

  return async (wish, signal) => {
    try {
      const { grant } = wish.asker
      const closed = gate.closed(grant)
      if (closed !== undefined) return refused(closed)
      const decision = wish.asker.kind === 'terminal' ? terminalAsks : decide(wish)
      if (decision.kind === 'deny') {
        return refused(refusal('policy_denied', { rule: decision.rule, reason: decision.reason }))
      }
      const { rule } = decision
      const reservation = limits.reserve(decision.limits, { grant, connection: wish.connection ?? '' })
      if (reservation.kind === 'limited') {
        const { kind: _, ...limited } = reservation
        if (decision === terminalAsks) return refused(tooManyQuestions(limited.retryAfter))
        return refused(refusal('rate_limited', limited))
      }
      // What counts in the terminal is being asked: a question that was withdrawn cost her the look all the same.
      const giveBack = decision === terminalAsks ? () => undefined : reservation.giveBack
      if (decision.kind === 'allow') return { kind: 'allowed', rule, giveBack }
      const road = await unlessRefused(giveBack, () =>
        // What closes the gate ends the calls that wait, too.
        withSignals([signal, ...gate.signals(grant)], (linked) => ask(wish, { rule, giveBack }, linked)),
      )
      // One that was muted while it waited hears for how long, too.
      return road.kind === 'refused' && road.refusal.code === 'muted'
        ? refused(gate.closed(grant) ?? road.refusal)
        : road
    } catch (thrown) {
      if (!(thrown instanceof CountersignError)) throw thrown
      return refused(refusalOf(thrown))
    }
  }
}

/** Why a call was ended from outside: paused, taken back, or no more than cancelled. */
export const reasonOf = (signal: AbortSignal): Refusal =>
  signal.reason instanceof CountersignError ? refusalOf(signal.reason) : refusal('cancelled')

type Asking = { readonly rule: string; giveBack(): void }

const unlessRefused = async (giveBack: () => void, act: () => Promise<Road>): Promise<Road> => {
  let road: Road | undefined
  try {
    road = await act()
    return road
  } finally {
    if (road?.kind !== 'approved') giveBack()
  }
}

const terminalAsks: Decision = { kind: 'ask', rule: '(terminal)', limits: [terminalLimit] }

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
