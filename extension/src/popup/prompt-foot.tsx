import type { Asker } from '@countersign/shared/approval/prompt'
import { Button } from '../ui/button.tsx'
import type { Act } from './use-act.ts'

type PromptFootProps = { asker: Asker; armed: boolean; online: boolean; act: Act }

/**
 * What stops an asker, or all agents, for when one asks so often that nothing else is ever on the screen. It comes last, so that it
 * moves nothing and is nobody's first key. "Deny and mute" answers the question, so it is guarded as Deny is; the pause closes, and
 * works at once.
 */
export const PromptFoot = ({ asker, armed, online, act }: PromptFootProps) => {
  // Where no program asked, there is none to mute.
  if (asker.claim === null && asker.kind === 'terminal') return null
  return (
    <div class="prompt-foot row spread">
      <p class="muted small">Too many questions?</p>
      <div class="row">
        <button type="button" class="button small" data-answer="deny-and-mute" disabled={!armed}>
          Deny and mute
        </button>
        {asker.kind === 'agent' && (
          <Button
            size="small"
            disabled={!online}
            busy={act.running?.kind === 'pause'}
            onPress={() => act.run({ kind: 'pause' })}
          >
            Pause all agents
          </Button>
        )}
      </div>
    </div>
  )
}
