import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
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
        {others.map(({ id, name, savedAt, version }) => (
          <li key={id}>
            <span>
              <Stranger text={name ?? id} limit={80} />
            </span>
            <span class="muted small">
              {ago(Date.parse(savedAt), now)}, version {version}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
