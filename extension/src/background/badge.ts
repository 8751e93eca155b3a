import type { SavedAccount } from '@countersign/shared/protocol/overview'
import { wantsSaving, weatherOf } from '@countersign/shared/session/weather'
import { weatherForHer } from '@countersign/shared/session/weather-words'
import { accountInWords } from './weather-notice.ts'

/** What the toolbar's icon says: how many questions wait, else that something is wrong, else that a saved session wants saving again. */
export const badge = (
  waiting: number,
  alarms: number,
  accounts: readonly SavedAccount[],
  now: number,
): { readonly text: string; readonly title: string } => {
  const says = (text: string, ...more: readonly string[]) => ({ text, title: ['Countersign', ...more].join(': ') })
  if (waiting > 0)
    return says(String(waiting), waiting === 1 ? 'A question waits for you.' : `${waiting} questions wait for you.`)
  if (alarms > 0) return says('!', 'Something needs your look.')
  const worn = accounts.find((account) => wantsSaving(account, account.observed, now))
  if (worn === undefined) return says('')
  return says('•', accountInWords(worn), weatherForHer(weatherOf(worn, worn.observed, now)))
}
