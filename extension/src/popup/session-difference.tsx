import type { ChangedNames } from '@countersign/shared/session/history'
import { toldToPerson } from '@countersign/shared/told-to-person'
import { Sentence } from '../ui/sentence.tsx'
import { Alert } from '../ui/status.tsx'
import { StrangerPath } from '../ui/stranger.tsx'
import { useLook } from './use-look.ts'
import type { Worker } from './worker.ts'

type DifferenceProps = { account: string; from: number; to: number; worker: Worker }

/** What differs between two versions, by names. No value comes here. */
export const Difference = ({ account, from, to, worker }: DifferenceProps) => {
  const answer = useLook(worker, { kind: 'difference', account, from, to }, '')
  if (answer === null) return <p class="muted small">Comparing…</p>
  if (answer.kind === 'refused') {
    return (
      <Alert>
        <Sentence text={toldToPerson(answer)} />
      </Alert>
    )
  }
  if (answer.kind !== 'difference') return null
  const { cookies, storage } = answer.difference
  const same = [cookies, storage].every((names) => amount(names) === 0)
  return (
    <div class="difference" role="group" aria-label={`From version ${from} to version ${to}`}>
      <p class="small">{same ? `Nothing differs from version ${from}.` : `Since version ${from}, by names:`}</p>
      <Names what="Cookies" names={cookies} />
      <Names what="Storage" names={storage} />
    </div>
  )
}

const amount = ({ added, gone, changed, unnamed }: ChangedNames): number =>
  added.length + gone.length + changed.length + unnamed

/** So many names of a kind are shown; there may be thousands. */
const most = 60

const Names = ({ what, names }: { what: string; names: ChangedNames }) => {
  if (amount(names) === 0) return null
  const lines = (['added', 'gone', 'changed'] as const).flatMap((how) => names[how].map((name) => ({ how, name })))
  const hidden = amount(names) - Math.min(lines.length, most)
  return (
    <section>
      <h3 class="small">{what}</h3>
      <ul class="changed-names small">
        {lines.slice(0, most).map(({ how, name }) => (
          <li key={`${how} ${name}`}>
            <span class="muted">{how}</span>
            <span>
              <StrangerPath text={name} />
            </span>
          </li>
        ))}
        {hidden > 0 && (
          <li class="muted">
            <span>and {hidden} more</span>
          </li>
        )}
      </ul>
    </section>
  )
}
