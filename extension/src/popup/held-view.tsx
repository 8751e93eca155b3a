import type { SurfaceState } from '../surface/messages.ts'
import { Feedback } from './feedback.tsx'
import type { Act } from './use-act.ts'
import { useNow } from './use-now.ts'

/** A further browser may do nothing until one that is paired already has said yes to it. */
export const HeldView = ({ state, act }: { state: SurfaceState; act: Act }) => {
  const now = useNow(15_000)
  const justPaired = act.ended?.answer.kind === 'paired'
  return (
    <div class="page">
      <div class="lead">
        <h1>One more yes</h1>
        <p class="muted">
          Another browser is paired already. Approve this one there, within two minutes. Until then this browser may do
          nothing.
        </p>
      </div>
      {state.fingerprint !== null && !justPaired && (
        <div class="note">
          <p>Check that the other browser and your terminal show the same:</p>
          <p class="fingerprint mono">{state.fingerprint}</p>
        </div>
      )}
      <Feedback act={act} outcome={state.outcome} now={now} />
    </div>
  )
}
