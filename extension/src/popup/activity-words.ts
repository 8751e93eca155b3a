import { errorCodes, isErrorCode } from '@countersign/shared/errors'
import type { Activity } from '@countersign/shared/protocol/overview'

export type ActivityWords = { readonly text: string; readonly tone: 'good' | 'bad' | 'plain' }

/** One row of the ledger as a person would tell it. A kind that is not known yet is told by its own name. */
export const activityWords = (row: Activity): ActivityWords => {
  const plain = sentences[row.kind]?.(row)
  if (plain !== undefined) return plain
  const what = row.tool === null ? row.kind.replaceAll('_', ' ') : `${row.kind.replaceAll('_', ' ')} ${row.tool}`
  return { text: `${row.asker}: ${what}${why(row)}`, tone: toneOf(row) }
}

type Say = (row: Activity) => ActivityWords

const sentences: Partial<Record<string, Say>> = {
  start: () => ({ text: 'Countersign started', tone: 'plain' }),
  stop: () => ({ text: 'Countersign stopped', tone: 'plain' }),
  paired: ({ asker }) => ({ text: `Paired: ${asker}`, tone: 'good' }),
  pairing_refused: ({ asker }) => ({ text: `A pairing was refused: ${asker}`, tone: 'bad' }),
  unpaired: ({ asker }) => ({ text: `Unpaired: ${asker}`, tone: 'plain' }),
  reset: () => ({ text: 'Countersign was reset', tone: 'bad' }),
  peer_unknown: () => ({ text: 'An unknown program tried to connect, and was refused', tone: 'bad' }),
  paused: () => ({ text: 'All agents paused', tone: 'plain' }),
  resumed: () => ({ text: 'Agents resumed', tone: 'plain' }),
  session_saved: (row) =>
    failed(row) ? { text: `A save failed${why(row)}`, tone: 'bad' } : { text: 'Session saved', tone: 'good' },
  interrupted: ({ asker, tool }) => ({ text: `${asker}: ${tool ?? 'a call'} was interrupted`, tone: 'bad' }),
  approval: ({ asker, tool, outcome }) =>
    outcome === 'denied'
      ? { text: `You denied ${asker}: ${tool ?? 'a question'}`, tone: 'plain' }
      : { text: `You approved ${asker}: ${tool ?? 'a question'}`, tone: 'good' },
  call: (row) => ({ text: `${row.asker}: ${row.tool ?? 'a call'}${failed(row) ? why(row) : ''}`, tone: toneOf(row) }),
}

const failed = ({ code, outcome }: Activity): boolean =>
  code !== null || outcome === 'failed' || outcome === 'refused' || outcome === 'denied'

const toneOf = (row: Activity): ActivityWords['tone'] => (failed(row) ? 'bad' : 'plain')

// "The person" is she who reads this.
const saidToHer: Partial<Record<string, string>> = {
  approval_denied: 'you said no',
  approval_timed_out: 'nobody answered',
  paused: 'all agents were paused',
  cancelled: 'it was taken back',
}

const why = ({ code, outcome }: Activity): string => {
  if (code === null) return outcome === null ? '' : `, ${outcome.replaceAll('_', ' ')}`
  const words = saidToHer[code] ?? (isErrorCode(code) ? errorCodes[code][0].replace(/\.$/, '') : code)
  return `: ${words}`
}
