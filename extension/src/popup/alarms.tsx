import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { Button } from '../ui/button.tsx'
import { Alert } from '../ui/status.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import type { Act } from './use-act.ts'
import { useRest } from './use-rest.ts'

/** What she has to know before anything else; some of it holds all calls up until she has looked. */
export const Alarms = ({ state: { alarms, link }, act }: { state: SurfaceState; act: Act }) => {
  // One that comes moves the others: no press on its way may fall on another.
  const arming = useRest(JSON.stringify(alarms), armsAfter)
  return (
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
                disabled={arming || link.state !== 'connected'}
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
}

/** Milliseconds that alarms have to stand unchanged before one can be answered, as with Approve. */
const armsAfter = 1000
