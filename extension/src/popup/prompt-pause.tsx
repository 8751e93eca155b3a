import { Button } from '../ui/button.tsx'
import type { Act } from './use-act.ts'

/**
 * The switch that stops all agents, for when one asks so often that nothing else is ever on the screen. It closes, so it works at
 * once; it comes last, so that it moves nothing and is nobody's first key.
 */
export const PromptPause = ({ online, act }: { online: boolean; act: Act }) => (
  <div class="prompt-pause row spread">
    <p class="muted small">Too many questions?</p>
    <Button
      size="small"
      disabled={!online}
      busy={act.running?.kind === 'pause'}
      onPress={() => act.run({ kind: 'pause' })}
    >
      Pause all agents
    </Button>
  </div>
)
