import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Overview, ReleasedCopy } from '@countersign/shared/protocol/overview'
import { timeLeft } from '@countersign/shared/time-left'
import { Button } from '../ui/button.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { Act } from './use-act.ts'

type ReleasedProps = { overview: Overview; online: boolean; act: Act; now: number }

/** Which copies of sessions lie outside, and the one click that wipes each. */
export const Released = ({ overview: { released, accounts }, online, act, now }: ReleasedProps) => {
  if (released.length === 0) return null
  const nameOf = (account: string): string => accounts.find(({ id }) => id === account)?.name ?? account
  return (
    <section class="section">
      <h2>What is out of the vault</h2>
      <ul class="rows released">
        {released.map((copy) => {
          const { id, kind, account, path, command, until } = copy
          return (
            <li key={id}>
              <span>
                <span title={harmlessText(command ?? path, 2000).text}>
                  <Stranger text={shortName(copy)} limit={60} />
                </span>
                <br />
                <span class="muted small">
                  {kind === 'lease' ? 'Lease of' : 'Program with'} <Stranger text={nameOf(account)} limit={40} />,{' '}
                  {until === null ? 'until it ends' : `${timeLeft(Date.parse(until), now)} left`}
                </span>
              </span>
              <Button
                size="small"
                disabled={!online}
                busy={act.running !== null}
                label={`End ${kind} ${harmlessText(shortName(copy), 60).text}`}
                onPress={() => act.run({ kind: 'end-released', id })}
              >
                End
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** The file without its folders, or the program as it was started. */
const shortName = ({ path, command }: ReleasedCopy): string => command ?? path.slice(path.lastIndexOf('/') + 1)
