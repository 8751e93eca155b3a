import { useContext, useEffect, useRef } from 'preact/hooks'
import { Resting } from '../ui/button.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import { isReachable } from './use-open-account.ts'
import { weatherNow, weatherTag } from './weather-of.ts'
import { ago } from './words.ts'

type SavedSessionsProps = {
  state: SurfaceState
  now: number
  /** The account whose page she comes back from. */
  back: string | null
  onOpen: (account: string) => void
}

/** Every account with a saved session, and the way to its versions. */
export const SavedSessions = ({ state, now, back, onOpen }: SavedSessionsProps) => {
  const { overview, tab } = state
  const resting = useContext(Resting)
  const returned = useRef<HTMLButtonElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  // Where she left off, for who goes by the keyboard; an account that was forgotten has no line any more.
  useEffect(() => {
    if (back !== null) (returned.current ?? heading.current)?.focus()
  }, [])
  const here = tab?.kind === 'ready' ? tab.outline.identity.account : undefined
  if (overview === null || overview.accounts.length === 0) return null
  return (
    <section class="section">
      <h2 ref={heading} tabIndex={-1}>
        Saved sessions
      </h2>
      <ul class="rows lines">
        {overview.accounts.map((account) => {
          const { id, name, savedAt, version } = account
          return (
            <li key={id}>
              <button
                ref={id === back ? returned : null}
                type="button"
                class="line"
                disabled={resting || !isReachable(state)}
                onClick={() => onOpen(id)}
              >
                <span>
                  <Stranger text={name ?? id} limit={80} /> {id === here && <span class="tag">this tab</span>}
                  <br />
                  <span class="muted small">
                    {weatherTag(weatherNow(account, now))[0]}, saved {ago(Date.parse(savedAt), now)}, version {version}
                  </span>
                </span>
                <span aria-hidden="true" />
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
