import type { Observation, Observed } from '@countersign/shared/session/observation'
import { unknownAccount } from '@countersign/shared/session/site'

/** What a browser said last, and of which saved record its word on the proof was. */
export type Heard = { readonly observation: Observation; readonly record: string | null }

/**
 * How an account's newest record stands to what the browsers hold; null where none tells. A word about this very account wins over one
 * about another, a sign-in over none, and of two browsers that are signed in to it the one that holds the same as the record: then
 * somebody still has what was saved.
 */
export const observedOf = (
  { account, record }: { readonly account: string; readonly record: string },
  heard: readonly Heard[],
): Observed | null => {
  const said = heard.map((each) => wordOf(each, account, record))
  const nearest = order.find((word) => said.includes(word))
  return nearest === undefined ? null : meaning[nearest]
}

/** A browser's word on one account, the strongest first. */
const order = [
  'same',
  'rotated',
  'signed in',
  'in doubt',
  'signed out of it',
  'in doubt whose',
  'elsewhere',
  'signed out',
] as const
type Word = (typeof order)[number]

const meaning: Readonly<Record<Word, Observed | null>> = {
  same: 'same',
  rotated: 'rotated',
  // Nothing was compared, or what was compared is not the newest record any more.
  'signed in': null,
  'in doubt': 'uncertain',
  'signed out of it': 'signed-out',
  'in doubt whose': 'uncertain',
  elsewhere: 'another-account',
  'signed out': 'signed-out',
}

const wordOf = ({ observation, record: compared }: Heard, account: string, record: string): Word => {
  const { signIn, proof } = observation
  const about = observation.account === account && account !== unknownAccount
  if (signIn === 'signed-out') return about ? 'signed out of it' : 'signed out'
  if (about && signIn === 'uncertain') return 'in doubt'
  if (about) return proof === null || compared !== record ? 'signed in' : proof
  return observation.account === unknownAccount ? 'in doubt whose' : 'elsewhere'
}
