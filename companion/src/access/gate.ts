import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { Alarms } from './alarms.ts'
import type { Pause } from './pause.ts'

/** What stops every call alike, those that run and those that come: a pause, and an alarm that nobody has looked at yet. */
export type Gate = {
  /** Undefined while calls pass. */
  closed(): Refusal | undefined
  /** Aborted, with the reason, as soon as no call may pass any more. */
  signals(): readonly AbortSignal[]
}

export const createGate = ({
  pause,
  alarms,
}: {
  readonly pause: Pick<Pause, 'signal'>
  readonly alarms: Pick<Alarms, 'signal'>
}): Gate => {
  const signals = () => [pause.signal(), alarms.signal()]
  return {
    closed: () => {
      const closing = signals().find(({ aborted }) => aborted)
      if (closing === undefined) return undefined
      const why: unknown = closing.reason
      return why instanceof CountersignError ? refusalOf(why) : refusal('internal')
    },
    signals,
  }
}
