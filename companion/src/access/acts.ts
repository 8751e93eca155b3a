import { type Countersigned, verifyCountersignature } from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { refusal, refusalOf, type Refusal } from '@countersign/shared/errors'
import type { companionMethods } from '@countersign/shared/protocol/messages'
import type { z } from 'zod'
import type { Approvals } from '../approvals/approvals.ts'
import type { ConnectedBrowser } from '../bridge/browsers.ts'
import type { LookableAlarm } from '@countersign/shared/protocol/overview'
import type { Time } from '../time.ts'
import { createTurns } from '../turns.ts'
import type { Pause } from './pause.ts'
import type { SessionActs } from './session-acts.ts'

type Act = z.output<(typeof companionMethods)['act']['params']>['act']

/** What the person does of her own accord in the popup, and what opens something: done only when signed for just that. */
export type Acts = {
  /** Never throws. */
  perform(
    from: ConnectedBrowser,
    asked: { signed: Countersigned; act: Act },
  ): Promise<{ kind: 'done' } | (Refusal & { kind: 'refused' })>
}

export const createActs = (deps: {
  readonly companionKey: string
  readonly approvals: Approvals
  readonly pause: Pick<Pause, 'resume'>
  unpair(fingerprint: string, by: string): Promise<void>
  unmute(grant: string, by: string): void
  /** What changes her saved sessions. */
  readonly sessions: SessionActs
  /** She has looked at this alarm, in this browser. */
  looked(alarm: { alarm: LookableAlarm; about: string | null }, from: ConnectedBrowser): void
  readonly time: Pick<Time, 'wall'>
}): Acts => {
  const { approvals, companionKey, pause, time } = deps
  const turns = createTurns()

  const isHers = async (from: ConnectedBrowser, signed: Countersigned, act: Act): Promise<boolean> => {
    const { document } = signed
    const valid = await verifyCountersignature(signed)
    const args = await digest(act)
    return (
      valid &&
      document.browser === from.signingKey &&
      document.companion === companionKey &&
      document.seq > approvals.lastSeq(from.signingKey) &&
      document.grant.id === 'browser' &&
      document.tool === act.tool &&
      document.args === args &&
      document.answer === 'approve' &&
      document.scope === 'once' &&
      Date.parse(document.expires) > time.wall()
    )
  }
  const carryOut = async (act: Act, from: ConnectedBrowser): Promise<void> => {
    if (act.tool === 'resume') return pause.resume(from.label)
    if (act.tool === 'unpair') return deps.unpair(act.fingerprint, from.label)
    if (act.tool === 'unmute') return deps.unmute(act.grant, from.label)
    if (act.tool === 'looked') return deps.looked({ alarm: act.alarm, about: act.about }, from)
    return deps.sessions(act, from.label)
  }

  return {
    perform: async (from, { signed, act }) => {
      try {
        return await turns.take(from.signingKey, async () => {
          if (!(await isHers(from, signed, act))) return { kind: 'refused', ...refusal('countersignature_invalid') }
          approvals.accept({ from, asker: { kind: 'browser', label: from.label }, signed })
          await carryOut(act, from)
          return { kind: 'done' }
        })
      } catch (thrown) {
        return { kind: 'refused', ...refusalOf(thrown) }
      }
    },
  }
}
