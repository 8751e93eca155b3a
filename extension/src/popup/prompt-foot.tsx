import { Button } from '../ui/button.tsx'
import type { Act } from './use-act.ts'

type PromptFootProps = { armed: boolean; online: boolean; act: Act }

/**
 * What stops an asker, or all of them, for when one asks so often that nothing else is ever on the screen. It comes last, so that it
 * moves nothing and is nobody's first key. "Deny and mute" answers the question, so it is guarded as Deny is. The pause closes, and
 * works at once: also where a program changes policy.json faster than Deny is armed.
 */
export const PromptFoot = ({ armed, online, act }: PromptFootProps) => (
  <div class="prompt-foot row spread">
    <p class="muted small">Too many questions?</p>
    <div class="row">
      <button type="button" class="button small" data-answer="deny-and-mute" disabled={!armed}>
        Deny and mute
      </button>
      <Button
        size="small"
        disabled={!online}
        busy={act.running?.kind === 'pause'}
        onPress={() => act.run({ kind: 'pause' })}
      >
        Pause all agents
      </Button>
    </div>
  </div>
)
