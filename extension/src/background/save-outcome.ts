import { toldToPerson } from '@countersign/shared/told-to-person'
import type { Outcome, SurfaceAnswer } from '../surface/messages.ts'

/** How a save ended, for a person who had closed the popup before it did. Null when there is nothing to tell. */
export const saveOutcome = (result: SurfaceAnswer, at: string): Outcome | null => {
  if (result.kind === 'refused') return { tone: 'bad', text: `Not saved. ${toldToPerson(result)}`, at }
  if (result.kind === 'uncertain') return { tone: 'plain', text: `Not saved. ${result.why}`, at }
  if (result.kind !== 'saved') return null
  const { summary, accountName, version } = result
  const count = `${summary.cookies} ${summary.cookies === 1 ? 'cookie' : 'cookies'}`
  return { tone: 'good', text: `Saved: ${count} of ${accountName ?? summary.account}, version ${version}.`, at }
}
