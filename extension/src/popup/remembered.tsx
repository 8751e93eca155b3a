import type { Overview } from '@countersign/shared/protocol/overview'
import { Button } from '../ui/button.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { Act } from './use-act.ts'
import { countsFor } from './words.ts'

type RememberedProps = { overview: Overview; online: boolean; act: Act; now: number }

/** What runs without a question because she said so, and the one click that ends it. */
export const Remembered = ({ overview: { remembered, accounts, browsers }, online, act, now }: RememberedProps) => {
  if (remembered.length === 0) return null
  const nameOf = (account: string): string => accounts.find(({ id }) => id === account)?.name ?? account
  const isHere = (browser: string): boolean => browsers.some(({ fingerprint, you }) => you && fingerprint === browser)
  return (
    <section class="section">
      <h2>Runs without asking</h2>
      <ul class="rows">
        {remembered.map(({ id, agent, tool, account, until, sameArguments, browser }) => (
          <li key={id}>
            <span id={`lasting-${id}`}>
              <Stranger text={agent} limit={40} />: <Stranger text={tool} limit={60} />
              <br />
              <span class="muted small">
                {account !== null && (
                  <>
                    <Stranger text={nameOf(account)} limit={40} />,{' '}
                  </>
                )}
                {sameArguments && 'same arguments, '}
                {countsFor(until === null ? null : Date.parse(until), now, isHere(browser))}
              </span>
            </span>
            <Button
              size="small"
              disabled={!online}
              busy={act.running !== null}
              describedBy={`lasting-${id}`}
              onPress={() => act.run({ kind: 'forget', id })}
            >
              Forget
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
