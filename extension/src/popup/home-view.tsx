import type { SurfaceState } from '../surface/messages.ts'
import { Activity } from './activity.tsx'
import { Agents } from './agents.tsx'
import { Alarms } from './alarms.tsx'
import { Feedback } from './feedback.tsx'
import { Released } from './released.tsx'
import { Remembered } from './remembered.tsx'
import { SaveCard } from './save-card.tsx'
import { SavedSessions } from './saved-sessions.tsx'
import { ThisBrowser } from './this-browser.tsx'
import { Trouble } from './trouble.tsx'
import type { Act } from './use-act.ts'
import { useNow } from './use-now.ts'

type HomeViewProps = {
  state: SurfaceState
  act: Act
  /** The account whose page she comes back from. */
  back: string | null
  /** Opens the page of an account. */
  onOpen: (account: string) => void
}

/** Everything but a question: the tab and its session first, then agents, what happened, and this browser. */
export const HomeView = ({ state, act, back, onOpen }: HomeViewProps) => {
  const { link, overview, outcome } = state
  const now = useNow(15_000)
  const broken = link.state === 'not-running' || link.state === 'foreign' || link.state === 'mismatch'
  return (
    <div class="page">
      <Alarms state={state} act={act} />
      {broken ? (
        <Trouble link={link.state} />
      ) : (
        <SaveCard state={state} act={act} now={now}>
          <Feedback act={act} outcome={outcome} now={now} resetAt={overview?.resetAt ?? null} />
        </SaveCard>
      )}
      {overview !== null && (
        <>
          <SavedSessions state={state} now={now} back={back} onOpen={onOpen} />
          <Agents overview={overview} online={link.state === 'connected'} act={act} now={now} />
          <Released overview={overview} online={link.state === 'connected'} act={act} now={now} />
          <Remembered overview={overview} online={link.state === 'connected'} act={act} now={now} />
          <Activity rows={overview.activity} now={now} />
          <ThisBrowser state={state} overview={overview} act={act} now={now} />
        </>
      )}
    </div>
  )
}
