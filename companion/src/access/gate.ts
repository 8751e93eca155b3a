import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { Alarms } from './alarms.ts'
import type { Mutes } from './mutes.ts'
import type { Pause } from './pause.ts'

/**
 * What stops an asker's calls alike, those that run and those that come: a pause, an alarm that nobody has looked at yet, and its being
 * muted.
 */
export type Gate = {
  /** Undefined while its calls pass. @param grant of an agent, or `terminal` */
  closed(grant: string): Refusal | undefined
  /** Aborted, with the reason, as soon as no call of its may pass any more. */
  signals(grant: string): readonly AbortSignal[]
}

export const createGate = ({
  pause,
  alarms,
  mutes,
}: {
  readonly pause: Pick<Pause, 'signal'>
  readonly alarms: Pick<Alarms, 'signal'>
  readonly mutes: Pick<Mutes, 'refusal' | 'signal'>
}): Gate => {
  const forAll = () => [pause.signal(), alarms.signal()]
  return {
    closed: (grant) => {
      const closing = forAll().find(({ aborted }) => aborted)
      if (closing === undefined) return mutes.refusal(grant)
      const why: unknown = closing.reason
      return why instanceof CountersignError ? refusalOf(why) : refusal('internal')
    },
    signals: (grant) => [...forAll(), mutes.signal(grant)],
  }
}
