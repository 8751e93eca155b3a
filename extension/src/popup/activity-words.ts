import { errorCodes, isErrorCode } from '@countersign/shared/errors'
import type { Activity } from '@countersign/shared/protocol/overview'

export type ActivityWords = { readonly text: string; readonly tone: 'good' | 'bad' | 'plain' }

/** A call that began or went well is told by the row of what it did. */
export const worthTelling = ({ kind, outcome }: Activity): boolean =>
  kind !== 'call' || (outcome !== 'intent' && outcome !== 'done')

/** One row of the ledger as a person would tell it. A kind that is not known yet is told by its own name. */
export const activityWords = (row: Activity): ActivityWords => {
  const plain = sentences[row.kind]?.(row)
  if (plain !== undefined) return plain
  const what = row.tool === null ? row.kind.replaceAll('_', ' ') : `${row.kind.replaceAll('_', ' ')} ${row.tool}`
  return { text: `${row.asker}: ${what}${why(row)}`, tone: toneOf(row) }
}

type Say = (row: Activity) => ActivityWords

const say =
  (text: string, tone: ActivityWords['tone'] = 'plain'): Say =>
  () => ({ text, tone })

const sentences: Partial<Record<string, Say>> = {
  start: say('Countersign started'),
  stop: say('Countersign stopped'),
  paired: say('A browser was paired', 'good'),
  pairing_refused: say('A pairing was refused', 'bad'),
  unpaired: say('A browser was unpaired'),
  reset: say('Countersign was reset', 'bad'),
  peer_unknown: say('An unknown program tried to connect, and was refused', 'bad'),
  paused: say('All agents paused'),
  resumed: say('Agents resumed'),
  revoked: say('An agent was shut out'),
  session_saved: (row) => ended(row, `Session saved · ${row.asker}`, 'A save failed'),
  session_restored: (row) => ended(row, 'An older version was restored', 'A restore failed'),
  session_forgotten: say('A saved session was erased'),
  account_named: say('An account was renamed'),
  release: (row) => ended(row, released[row.tool ?? ''] ?? 'A session left the vault', 'A release failed'),
  release_ended: (row) =>
    ended(row, `${copies[row.tool ?? ''] ?? 'A released copy'} ended`, 'A released copy is not wiped yet'),
  grant: (row) => {
    if (row.tool?.startsWith('rename agent ') === true) return { text: 'An agent was renamed', tone: 'plain' }
    if (row.tool?.startsWith('rotate agent ') === true) return { text: 'An agent got a new token', tone: 'plain' }
    return ended(row, 'An agent was let in', 'An agent was not let in')
  },
  muted: say('An agent was muted'),
  unmuted: say('An agent was unmuted'),
  interrupted: ({ asker, tool }) => ({ text: `${asker}: ${tool ?? 'a call'} was interrupted`, tone: 'bad' }),
  remembered: ({ asker, tool }) => ({ text: `Your yes to ${asker} lasts: ${tool ?? 'a tool'}`, tone: 'plain' }),
  forgotten: ({ tool }) => ({ text: `${tool ?? 'A tool'} asks again`, tone: 'plain' }),
  approval: (row) => ({
    text: `You ${failed(row) ? 'denied' : 'approved'} ${row.asker}: ${row.tool ?? 'a question'}`,
    tone: failed(row) ? 'plain' : 'good',
  }),
  call: (row) => {
    const what = `${row.asker}: ${row.tool ?? 'a call'}`
    return { text: failed(row) ? what + why(row) : what, tone: toneOf(row) }
  },
}

const copies: Partial<Record<string, string>> = { lease: 'A lease', exec: "A program's session" }
const released: Partial<Record<string, string>> = { lease: 'A lease was written', exec: 'A program got a session' }

const ended = (row: Activity, done: string, not: string): ActivityWords =>
  failed(row) ? { text: `${not}${why(row)}`, tone: 'bad' } : { text: done, tone: 'good' }

const failed = ({ code, outcome }: Activity): boolean =>
  code !== null || outcome === 'failed' || outcome === 'refused' || outcome === 'denied'

const toneOf = (row: Activity): ActivityWords['tone'] => (failed(row) ? 'bad' : 'plain')

// "The person" is she who reads this.
const saidToHer: Partial<Record<string, string>> = {
  approval_denied: 'you said no',
  approval_timed_out: 'nobody answered',
  paused: 'all agents were paused',
  muted: 'it is muted',
  cancelled: 'it was taken back',
}

const why = ({ code, outcome }: Activity): string => {
  if (code === null) return outcome === null ? '' : `, ${outcome.replaceAll('_', ' ')}`
  const words = saidToHer[code] ?? (isErrorCode(code) ? errorCodes[code][0].replace(/\.$/, '') : code)
  return `: ${words}`
}
