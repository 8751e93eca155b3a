import type { Activity as Row } from '@countersign/shared/protocol/overview'
import { Stranger } from '../ui/stranger.tsx'
import { activityWords, worthTelling } from './activity-words.ts'
import { shortAgo } from './words.ts'

/** What happened lately, the newest first. */
export const Activity = ({ rows, now }: { rows: readonly Row[]; now: number }) => {
  const told = rows.filter(worthTelling)
  if (told.length === 0) return null
  return (
    <section class="section">
      <h2>Recent activity</h2>
      <ol class="rows">
        {told.map((row) => {
          const { text, tone } = activityWords(row)
          return (
            <li key={row.seq}>
              <span class={`dot ${tone}`}>
                <span>
                  <Stranger text={text} limit={160} />
                </span>
              </span>
              <time class="muted small" dateTime={row.at}>
                {shortAgo(Date.parse(row.at), now)}
              </time>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
