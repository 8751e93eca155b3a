import type { KnownAgent } from '@countersign/shared/protocol/overview'
import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { timeLeft } from '@countersign/shared/time-left'
import { Button } from '../ui/button.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { Act } from './use-act.ts'
import { ago } from './words.ts'

type AgentRowProps = {
  agent: KnownAgent
  /** What she calls the only account that it is for; null for any. */
  only: string | null
  online: boolean
  act: Act
  now: number
}

/** One that may ask, or may not for a while. */
export const AgentRow = ({ agent: { id, label, lastSeen, mutedUntil }, only, online, act, now }: AgentRowProps) => {
  const word = mutedUntil === null ? 'Mute' : 'Unmute'
  return (
    <li>
      <span>
        <Stranger text={label} limit={40} />
        <br />
        <span class="muted small">
          {mutedUntil !== null ? (
            <span class="tag warn">Muted, {timeLeft(Date.parse(mutedUntil), now)} left</span>
          ) : lastSeen === null ? (
            'not seen yet'
          ) : (
            `seen ${ago(Date.parse(lastSeen), now)}`
          )}
        </span>
        {only !== null && (
          <>
            <br />
            <span class="muted small">
              Only for <Stranger text={only} limit={64} />
            </span>
          </>
        )}
      </span>
      <Button
        size="small"
        disabled={!online}
        busy={act.running !== null}
        label={`${word} ${harmlessText(label, 40).text}`}
        onPress={() => act.run({ kind: mutedUntil === null ? 'mute' : 'unmute', grant: id })}
      >
        {word}
      </Button>
    </li>
  )
}
