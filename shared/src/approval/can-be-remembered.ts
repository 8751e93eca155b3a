import { unknownAccount } from '../session/site.ts'
import type { CaptureIdentity } from '../session/capture.ts'
import type { Prompt } from './prompt.ts'

/** Milliseconds of a yes that lasts for fifteen minutes. */
export const fifteenMinutes = 15 * 60_000

/**
 * Whether a yes to this question may last. Only an agent's call of a tool: what the terminal asks for lets something out or somebody
 * in, and is read each time. And of a save only where it is beyond doubt whose it is, since that is all that such a yes covers.
 */
export const canBeRemembered = ({ asker, subject }: Pick<Prompt, 'asker' | 'subject'>): boolean => {
  if (asker.kind !== 'agent') return false
  if (subject.kind === 'call') return true
  // Where the policy lets it run without asking, a yes lasts as long as the policy does, whatever she chooses here.
  return subject.kind === 'save' && subject.coveredBy === null && isBeyondDoubt(subject.outline.identity)
}

/** Whether it is known whose session it is, and that it is signed in. */
export const isBeyondDoubt = ({ account, signIn }: Pick<CaptureIdentity, 'account' | 'signIn'>): boolean =>
  signIn === 'signed-in' && account !== unknownAccount
