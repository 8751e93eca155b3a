import type { ComponentChildren } from 'preact'
import { toldToPerson } from '@countersign/shared/told-to-person'
import { Sentence } from '../ui/sentence.tsx'
import { Alert, Status } from '../ui/status.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { Outcome, SurfaceAnswer } from '../surface/messages.ts'
import { useNow } from './use-now.ts'
import { waits } from './words.ts'

export type PromptActionsProps = {
  /** Null: it waits. */
  deadline: string | null
  armed: boolean
  /** In the second before. */
  arming: boolean
  /** What is under way instead of waiting for her. */
  progress: string | null
  refused: Extract<SurfaceAnswer, { kind: 'refused' }> | null
  reason: string
  onReason: (reason: string) => void
  /** For how long a yes counts, where it can last. */
  lasting: ComponentChildren
  /** How the prompt before this one ended. */
  outcome: Outcome | null
}

/** Deny, Approve and the reason. They stay in view and in their places, whatever is said above and below them. */
export const PromptActions = ({ armed, arming, progress, refused, ...props }: PromptActionsProps) => (
  <div class="actions">
    {refused !== null && (
      <Alert>
        <Sentence text={toldToPerson(refused)} />
      </Alert>
    )}
    <div class="answers">
      <button type="button" class="button" data-answer="deny" disabled={!armed}>
        Deny
      </button>
      <button type="button" class={`button primary ${arming ? 'arming' : ''}`} data-answer="approve" disabled={!armed}>
        Approve
      </button>
    </div>
    {props.lasting}
    <div class="reason-field">
      <label for="reason">Reason</label>
      <input
        id="reason"
        type="text"
        dir="auto"
        maxLength={200}
        autocomplete="off"
        placeholder="If you deny, why (if you like)"
        value={props.reason}
        onInput={(event) => props.onReason(event.currentTarget.value)}
      />
    </div>
    <Waiting deadline={props.deadline} progress={progress} outcome={props.outcome} />
  </div>
)

/** Milliseconds for which the end of the prompt before this one is told. */
const news = 8000

type WaitingProps = Pick<PromptActionsProps, 'deadline' | 'progress' | 'outcome'>

// One line, always there: what is under way, else how the last prompt ended, else how long this one waits.
const Waiting = ({ deadline, progress, outcome }: WaitingProps) => {
  const now = useNow(1000)
  const told = outcome !== null && now - Date.parse(outcome.at) < news ? outcome.text : null
  return (
    <div class="waiting muted small">
      <Status>{progress ?? (told !== null && <Stranger text={told} limit={120} />)}</Status>
      {progress === null && told === null && (
        <p class="countdown" role="timer" aria-live="off">
          {deadline === null ? 'Waits for your answer' : waits(Date.parse(deadline), now)}, even if you close this
        </p>
      )}
    </div>
  )
}
