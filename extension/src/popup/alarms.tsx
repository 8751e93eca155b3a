import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { Button } from '../ui/button.tsx'
import { Alert } from '../ui/status.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import type { Act } from './use-act.ts'

/** What she has to know before anything else; some of it holds all calls up until she has looked. */
export const Alarms = ({ state: { alarms, link }, act }: { state: SurfaceState; act: Act }) => (
  <>
    {alarms.map(({ code, text, look }) => (
      <Alert key={`${code} ${look?.about ?? ''}`}>
        <p>
          <bdi dir="auto">
            <Sentence text={harmlessText(text, 400).text} />
          </bdi>
        </p>
        {look !== null && (
          <div class="row look">
            <Button
              size="small"
              disabled={link.state !== 'connected'}
              busy={act.running !== null}
              onPress={() => act.run({ kind: 'looked', ...look })}
            >
              I have looked
            </Button>
          </div>
        )}
      </Alert>
    ))}
  </>
)
