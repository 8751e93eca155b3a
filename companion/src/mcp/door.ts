import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Asker } from '@countersign/shared/approval/prompt'
import { canonicalJson } from '@countersign/shared/canonical'
import { CountersignError, type ErrorCode, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { PinnedTo } from '../access/account-pin.ts'
import { type Authorize, reasonOf, type Wish } from '../access/authorize.ts'
import type { Gate } from '../access/gate.ts'
import type { Grant } from '../access/grants.ts'
import type { LedgerCalls } from '../access/ledger-call.ts'
import { withSignals } from '../access/linked-signal.ts'
import type { Refused } from '../access/save.ts'
import { coveredBySaves } from '../access/save-subjects.ts'
import { createSharedRuns } from '../access/shared-runs.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { PolicyCall } from '../policy/evaluate.ts'
import { type Deadline, deadlineIn, type Time } from '../time.ts'
import { type Answer, refusalResult, resultOf } from './answer.ts'
import type { CallGuard } from './call-guard.ts'
import type { CallRecord } from './call-record.ts'
import { type Progress, tellProgress } from './progress.ts'
import type { Leave, PreparedCall, Tool } from './tool.ts'

/** One `tools/call`, as it came. */
export type ToolCall = {
  readonly grant: Grant
  /** The id of the client's connection. */
  readonly connection: string
  /** What the client says of itself. */
  readonly claim: { readonly name: string; readonly version: string } | null
  readonly name: string
  readonly raw: unknown
  readonly signal: AbortSignal
  /** Undefined when the client did not ask for progress. */
  readonly progress?: ((progress: Progress) => void) | undefined
}

/** The one place that every call passes: known? valid? allowed or approved? then run, and entered in the ledger. Never throws. */
export type Door = (call: ToolCall) => Promise<CallToolResult>

export const createDoor = (deps: {
  readonly tools: readonly Tool[]
  readonly guard: CallGuard
  readonly authorize: Authorize
  readonly calls: LedgerCalls
  readonly record: CallRecord
  readonly gate: Gate
  /** Whether the policy in force asks about such a call. */
  asks(call: PolicyCall): boolean
  readonly pinnedTo: PinnedTo
  readonly time: Time
  /** Seconds that the person has to answer. */
  readonly patience: number
  /** A fault of ours, for the log. */
  onFault(thrown: unknown): void
}): Door => {
  const { authorize, calls, record, gate, time, patience } = deps
  const tools = new Map(deps.tools.map((known) => [known.name, known]))
  const runs = createSharedRuns<Answer | Refused>({ time, lasts })
  /** Of the runs in which the person is being asked: until when, and under which id. */
  const questions = new Map<string, { readonly deadline: Deadline; id?: string }>()

  const run = async (key: string, tool: Tool, call: ToolCall, prepared: PreparedCall, signal: AbortSignal) => {
    const { grant, claim } = call
    const asker: Extract<Asker, { kind: 'agent' }> = { kind: 'agent', grant: grant.id, label: grant.label, claim }
    const rowOf = { kind: 'agent', label: grant.label } as const
    const entry = calls.prepare(rowOf, tool.rule)
    const wish: Wish = {
      asker,
      action: tool.rule,
      reads: tool.kind === 'read',
      reason: prepared.reason,
      input: call.raw,
      connection: call.connection,
      args: digestOf(prepared.args),
      patience,
      subjects: prepared.subjects,
      asking: (seconds) => {
        questions.set(key, { deadline: deadlineIn(time, seconds * 1000) })
        // An agent that asks and withdraws in a loop does not get a row each time.
        if (record.isFirst(rowOf, tool.rule)) entry.intend()
      },
      asked: (id) => {
        const question = questions.get(key)
        if (question !== undefined) question.id = id
      },
    }
    const outcome = await caught(deps.onFault, async (): Promise<Answer | Refused> => {
      const road = await authorize(wish, signal)
      if (road.kind === 'refused') return { kind: 'refused', ...road.refusal }
      const leave: Leave =
        road.kind === 'approved' ? { kind: 'approval', approval: road.approval } : { kind: 'cover', cover: road.cover }
      // A read that she was asked about has an intent already, and this is its outcome.
      if (tool.kind === 'read' && !entry.ran()) record.read(rowOf, tool.rule)
      let { giveBack } = road
      const asked = async (more: Partial<Wish>) => {
        // It is the same call still, and counts once. No other can come in before it.
        giveBack()
        const anew = await authorize({ ...wish, ...more, mustAsk: true }, signal)
        if (anew.kind !== 'refused') giveBack = anew.giveBack
        return anew
      }
      const again = (left: number) => asked({ left, asking: () => undefined })
      const ask = (coveredBy: string | null) => asked({ subjects: coveredBySaves(prepared.subjects, coveredBy) })
      const ran = await prepared.run({ asker, signal, leave, entry, again, ask })
      if (ran.kind === 'refused') giveBack()
      return ran
    })
    questions.delete(key)
    if (outcome.kind === 'refused' && !entry.refused(outcome.code)) {
      record.refused(rowOf, tool.rule, outcome.code, outcome.rule)
    }
    return outcome
  }

  const answer = async (tool: Tool, call: ToolCall, prepared: PreparedCall): Promise<Answer | Refused> => {
    const { grant, signal, progress } = call
    const ends = [...gate.signals(grant.id), grant.revoked]
    // Looking is cheap and each look is its own, unless she is asked; what may write is done once for all who ask for it at the same
    // time. A result that waits is not given out while no call passes, either.
    const looks = tool.kind === 'read' && !deps.asks({ tool: tool.rule, args: call.raw })
    if (looks || gate.closed(grant.id) !== undefined) {
      return withSignals([signal, grant.revoked], (linked) => run('', tool, call, prepared, linked))
    }
    // A result that waits from before the agent was pinned is not for it any more.
    const key = JSON.stringify([grant.id, deps.pinnedTo(grant.id), tool.rule, digestOf(prepared.args)])
    const stop = progress && tellProgress(time, () => questions.get(key)?.deadline, progress)
    try {
      const joined = await runs.join(key, signal, {
        patience: progress === undefined ? clientPatience.silent : clientPatience.told,
        run: (shared) => withSignals([shared, ...ends], (linked) => run(key, tool, call, prepared, linked)),
      })
      return joined.kind === 'result' ? joined.result : { kind: 'refused', ...pending(questions.get(key)?.id) }
    } finally {
      stop?.()
    }
  }

  return async (call) => {
    const { grant, name, raw, signal } = call
    const rowOf = { kind: 'agent', label: grant.label } as const
    const tool = tools.get(name)
    const refuse = (why: Refusal) => {
      record.refused(rowOf, tool?.rule, why.code, why.rule)
      return refusalResult(why)
    }
    const turn = deps.guard.take(grant.id)
    if (turn.kind === 'full') {
      return refuse(refusal('rate_limited', { retryAfter: turn.retryAfter, rule: '(20 calls a second)' }))
    }
    if (turn.wait > 0) await passed(time, turn.wait)
    if (tool === undefined) return refuse(refusal('unknown_tool', { rule: '(default deny)' }))
    const prepared = tool.prepare(raw)
    if ('problems' in prepared) return refuse(refusal('invalid_arguments', { reason: prepared.problems.join('; ') }))
    const outcome = await caught(
      () => undefined,
      () => answer(tool, call, prepared.call),
      signal,
    )
    return outcome.kind === 'answer' ? resultOf(outcome) : refusalResult(outcome)
  }
}

const passed = (time: Time, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void time.after(milliseconds, resolve))

/**
 * Milliseconds until a call that still waits for the person is answered all the same: clients give up after about 60 seconds, and
 * those that are told of progress after some minutes.
 */
const clientPatience = { silent: 45_000, told: 180_000 } as const

const pending = (approvalId: string | undefined): Refusal =>
  refusal('approval_pending', approvalId === undefined ? {} : { approvalId })

/** Whether this result of a call is worth coming back for. What only says how things stood just then is better found out anew. */
const lasts = (outcome: Answer | Refused): boolean => outcome.kind === 'answer' || !ofTheMoment.has(outcome.code)

const ofTheMoment: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'paused',
  'muted',
  'cancelled',
  'rate_limited',
  'unauthorized',
  'not_paired',
  'browser_not_connected',
  'ledger_diverged',
  'policy_altered',
  'grants_altered',
])

/** As `digest` of what is shared gives it, but at once: that one goes by way of another thread. */
const digestOf = (args: unknown): string => sha256(canonicalJson(args))

/** Whatever is thrown, as a refusal with a code; what was not foreseen is reported, and the agent hears no detail of it. */
const caught = async (
  onFault: (thrown: unknown) => void,
  act: () => Promise<Answer | Refused>,
  signal?: AbortSignal,
): Promise<Answer | Refused> => {
  try {
    return await act()
  } catch (thrown) {
    if (signal?.aborted === true) return { kind: 'refused', ...reasonOf(signal) }
    if (!(thrown instanceof CountersignError)) onFault(thrown)
    return { kind: 'refused', ...refusalOf(thrown) }
  }
}
