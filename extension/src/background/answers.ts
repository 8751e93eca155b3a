import { canBeRemembered, fifteenMinutes } from '@countersign/shared/approval/can-be-remembered'
import type { ApprovalScope } from '@countersign/shared/approval/countersignature'
import { answerExpires, type Prompt, promptDigest } from '@countersign/shared/approval/prompt'
import { refusal } from '@countersign/shared/errors'
import { companionMethods } from '@countersign/shared/protocol/messages'
import type { SurfaceAnswer, SurfaceRequest } from '../surface/messages.ts'
import type { Approvals } from './approvals.ts'
import type { Connection } from './connection.ts'
import type { LedgerWitness } from './ledger-witness.ts'
import type { Pen } from './pen.ts'
import type { Prompts } from './prompts.ts'

type Answer = Extract<SurfaceRequest, { kind: 'answer' }>

export type AnswerDeps = {
  readonly prompts: Pick<Prompts, 'list'>
  readonly approvals: Pick<Approvals, 'give'>
  readonly pen: Pen
  readonly witness: Pick<LedgerWitness, 'alarm'>
  readonly connection: Pick<Connection, 'request'>
  /** The id of this browser's session. */
  session(): Promise<string>
  now(): number
}

/** Signs and sends what the person answered, if what she saw is what is still being asked. */
export const createAnswers =
  ({ prompts, approvals, pen, witness, connection, session, now }: AnswerDeps) =>
  async ({ id, shown, answer, reason, lasts, sameArguments, keepAsking }: Answer): Promise<SurfaceAnswer> => {
    const stale = { kind: 'refused' as const, ...refusal('approval_stale') }
    const asked = prompts.list().find((prompt) => prompt.id === id)
    if (asked === undefined || (await promptDigest(asked)) !== shown) return stale
    if (Date.parse(answerExpires(asked, now())) <= now()) return stale
    // The page offers it only where it can be; whoever asks for it elsewhere is not our page.
    if (lasts !== 'once' && (answer !== 'approve' || !canBeRemembered(asked))) return stale
    // Doubt is no yes. Saying no is always possible.
    if (answer === 'approve' && (await witness.alarm()) !== null) {
      return { kind: 'refused', ...refusal('ledger_diverged') }
    }

    const scope = await scopeOf(lasts, sameArguments, session, now())
    const signed = await pen.sign({
      request: id,
      grant: { id: asked.asker.grant, label: asked.asker.label },
      tool: asked.action,
      args: keepAsking ? keepingArgs(asked) : asked.args,
      shown,
      answer: answer === 'approve' ? answer : 'deny',
      reason,
      scope,
      expires: answerExpires(asked, now()),
    })
    // Before it is sent: the companion may come for the capture before its word on the answer is read here.
    const takeBack = answer === 'approve' ? await approvals.give({ prompt: asked, scope, keepAsking }) : undefined
    const result = await connection.request(companionMethods.answer, signed)
    if (result.kind === 'accepted') {
      // After the no, so that the asker hears that, and her reason.
      if (answer === 'deny-and-mute') await connection.request(companionMethods.mute, { grant: asked.asker.grant })
      return { kind: 'done' }
    }
    await takeBack?.()
    return result
  }

/** The arguments of the same proposal with its tools still asking; of all else, what was asked. */
const keepingArgs = ({ subject, args }: Prompt): string =>
  (subject.kind === 'accept-policy' ? subject.withoutAsking?.keepAsking : undefined) ?? args

const scopeOf = async (
  lasts: Answer['lasts'],
  sameArguments: boolean,
  session: () => Promise<string>,
  now: number,
): Promise<ApprovalScope> => {
  if (lasts === 'once') return 'once'
  if (lasts === 'browser') return { for: 'browser', session: await session(), sameArguments }
  return { for: '15 minutes', until: new Date(now + fifteenMinutes).toISOString(), sameArguments }
}
