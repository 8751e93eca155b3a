import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import { weatherNow, weatherTag } from './weather-of.ts'
import { ago } from './words.ts'

/** The saved sessions besides this tab's own, which stands above. */
export const SavedSessions = ({ state: { overview, tab }, now }: { state: SurfaceState; now: number }) => {
  const here = tab?.kind === 'ready' ? tab.outline.identity.account : undefined
  const others = overview?.accounts.filter(({ id }) => id !== here) ?? []
  if (others.length === 0) return null
  return (
    <section class="section">
      <h2>{here === undefined ? 'Saved sessions' : 'Other saved sessions'}</h2>
      <ul class="rows">
        {others.map((account) => {
          const { id, name, savedAt, version } = account
          return (
            <li key={id}>
              <span>
                <Stranger text={name ?? id} limit={80} />
                <br />
                <span class="muted small">{weatherTag(weatherNow(account, now))[0]}</span>
              </span>
              <span class="muted small">
                {ago(Date.parse(savedAt), now)}, version {version}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
