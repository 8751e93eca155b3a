import type { Asker } from '@countersign/shared/approval/prompt'

const reasons = {
  agent: ['Not now', 'Wrong account', 'Ask me first'],
  terminal: ['Not now', 'I did not start this'],
} as const satisfies Record<Asker['kind'], readonly string[]>

/** Reasons for a no that need no typing. They fill in the field and answer nothing. */
export const PresetReasons = ({ asker, onReason }: { asker: Asker['kind']; onReason: (reason: string) => void }) => (
  <div class="presets row" role="group" aria-label="Reasons for a no">
    <span class="muted small" aria-hidden="true">
      Reasons
    </span>
    {reasons[asker].map((reason) => (
      <button key={reason} type="button" class="chip" onClick={() => onReason(reason)}>
        {reason}
      </button>
    ))}
  </div>
)
