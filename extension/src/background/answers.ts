import { answerExpires, promptDigest } from '@countersign/shared/approval/prompt'
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
  readonly approvals: Approvals
  readonly pen: Pen
  readonly witness: Pick<LedgerWitness, 'alarm'>
  readonly connection: Pick<Connection, 'request'>
  now(): number
}

/** Signs and sends what the person answered, if what she saw is what is still being asked. */
export const createAnswers =
  ({ prompts, approvals, pen, witness, connection, now }: AnswerDeps) =>
  async ({ id, shown, answer, reason }: Answer): Promise<SurfaceAnswer> => {
    const stale = { kind: 'refused' as const, ...refusal('approval_stale') }
    const asked = prompts.list().find((prompt) => prompt.id === id)
    if (asked === undefined || (await promptDigest(asked)) !== shown) return stale
    if (Date.parse(answerExpires(asked, now())) <= now()) return stale
    // Doubt is no yes. Saying no is always possible.
    if (answer === 'approve' && (await witness.alarm()) !== null) {
      return { kind: 'refused', ...refusal('ledger_diverged') }
    }

    const signed = await pen.sign({
      request: id,
      grant: { id: asked.asker.grant, label: asked.asker.label },
      tool: asked.action,
      args: asked.args,
      shown,
      answer: answer === 'approve' ? answer : 'deny',
      reason,
      expires: answerExpires(asked, now()),
    })
    // Before it is sent: the companion may come for the capture before its word on the answer is read here.
    const { subject } = asked
    if (answer === 'approve' && subject.kind === 'save') await approvals.remember(id, subject.outline.identity)
    const result = await connection.request(companionMethods.answer, signed)
    if (result.kind === 'accepted') {
      // After the no, so that the asker hears that, and her reason.
      if (answer === 'deny-and-mute') await connection.request(companionMethods.mute, { grant: asked.asker.grant })
      return { kind: 'done' }
    }
    await approvals.forget(id)
    return result
  }
