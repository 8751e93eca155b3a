import { canBeRemembered } from '@countersign/shared/approval/can-be-remembered'
import { type Prompt, promptDigest } from '@countersign/shared/approval/prompt'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import type { AnswerButton } from './approve-guard.ts'
import { AskerClaim } from './asker-claim.tsx'
import { PromptActions } from './prompt-actions.tsx'
import { PromptDetails } from './prompt-details.tsx'
import { PromptFoot } from './prompt-foot.tsx'
import { PresetReasons } from './preset-reasons.tsx'
import { Subject } from './subject.tsx'
import { PolicySubject } from './subject-policy.tsx'
import type { Act } from './use-act.ts'
import { useAnswerGuard } from './use-answer-guard.ts'
import { useRest } from './use-rest.ts'
import { once, YesLasts } from './yes-lasts.tsx'

/** Milliseconds that a prompt may stay after its answer was taken; then something went wrong, and it can be answered again. */
const stayAfterAnswer = 20_000

type PromptViewProps = { prompt: Prompt; state: SurfaceState; act: Act }

/**
 * One question. What is read here is what is signed: the digest is made of the very object that these lines were drawn from.
 */
export const PromptView = ({ prompt, state, act }: PromptViewProps) => {
  const heading = useRef<HTMLHeadingElement>(null)
  const [reason, setReason] = useState('')
  const [chosen, setChosen] = useState<AnswerButton | null>(null)
  const [keepAsking, setKeepAsking] = useState(false)
  const [lasting, setLasting] = useState(once)
  const online = state.link.state === 'connected'
  const resetAt = state.overview?.resetAt ?? null
  const only = state.overview?.agents.find(({ id }) => id === prompt.asker.grant)?.account ?? null

  const own = act.ended?.request.kind === 'answer' && act.ended.request.id === prompt.id ? act.ended : null
  const refused = own?.answer.kind === 'refused' ? own.answer : null
  const staying = useRest(own?.answer.kind === 'done' ? prompt.id : undefined, stayAfterAnswer)
  const settling = chosen !== null && (own === null || staying)

  // Each prompt is read from its top, wherever the one before was left.
  useLayoutEffect(() => {
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    if (refused !== null) setChosen(null)
  }, [refused])

  const { armed } = useAnswerGuard({
    shown: JSON.stringify([prompt, resetAt, only, keepAsking, lasting]),
    blocked: !online || settling || act.running !== null,
    onAnswer(answer) {
      setChosen(answer)
      const words = answer !== 'approve' && reason.trim() !== '' ? reason.trim() : null
      void promptDigest(prompt).then((shown) =>
        act.run({
          kind: 'answer',
          id: prompt.id,
          shown,
          answer,
          reason: words,
          ...(answer === 'approve' ? lasting : once),
          keepAsking,
        }),
      )
    },
  })

  return (
    <article class="prompt" aria-labelledby="prompt-heading">
      <div class="essential">
        <h1 id="prompt-heading" ref={heading} tabIndex={-1}>
          <Stranger text={prompt.asker.label} limit={40} /> asks: <Stranger text={prompt.action} limit={100} />
        </h1>
        <AskerClaim asker={prompt.asker} />
        <Reason text={prompt.reason} asker={prompt.asker.kind} />
        {prompt.subject.kind === 'accept-policy' ? (
          <PolicySubject subject={prompt.subject} keepAsking={keepAsking} onKeepAsking={setKeepAsking} />
        ) : (
          <Subject subject={prompt.subject} resetAt={resetAt} only={only} />
        )}
      </div>
      <PromptActions
        deadline={prompt.deadline}
        armed={armed}
        arming={online && !settling && !armed}
        progress={progressWords(online, settling ? chosen : null, prompt)}
        refused={refused}
        reason={reason}
        onReason={setReason}
        lasting={
          canBeRemembered(prompt) && (
            <YesLasts subject={prompt.subject} chosen={lasting} settled={settling} onChoose={setLasting} />
          )
        }
        outcome={state.outcome}
      />
      <PresetReasons asker={prompt.asker.kind} onReason={setReason} />
      <PromptDetails subject={prompt.subject} />
      <PromptFoot armed={armed} online={online} act={act} />
    </article>
  )
}

const progressWords = (online: boolean, chosen: AnswerButton | null, { subject }: Prompt): string | null => {
  if (!online) return 'Reconnecting… The question stays open.'
  if (chosen === 'approve') return subject.kind === 'save' ? 'Saving…' : 'Approving…'
  return chosen === null ? null : 'Denying…'
}

/** The asker's own words, in the one place that is theirs. */
const Reason = ({ text, asker }: { text: string | null; asker: Prompt['asker']['kind'] }) => {
  if (text === null || text.trim() === '') return asker === 'agent' ? <p class="muted">It gives no reason.</p> : null
  return (
    <figure class="reason">
      <figcaption class="muted small">The reason it gives:</figcaption>
      <blockquote>
        <Stranger text={text} quoted />
      </blockquote>
    </figure>
  )
}
