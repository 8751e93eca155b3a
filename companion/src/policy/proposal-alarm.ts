import type { Alarm } from '@countersign/shared/protocol/overview'
import type { HeldPolicy } from './accepted.ts'
import type { ProposalState } from './proposal.ts'

/** What she has to know of a proposal that is none; undefined where it is one. */
export const proposalAlarm = (
  { state, problems }: Pick<ProposalState, 'state' | 'problems'>,
  { how, number }: Pick<HeldPolicy, 'how' | 'number'>,
): Alarm | undefined => {
  if (state !== 'invalid') return undefined
  const mistakes = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`
  const stays = {
    default: 'the shipped default stays in force',
    accepted: `policy ${number} stays in force`,
    closed: `policy ${number}, with what was closed since, stays in force`,
  }[how]
  const text = `policy.json has ${mistakes} and changes nothing: ${stays}. \`countersign policy check\` names ${problems.length === 1 ? 'it' : 'them'}.`
  return { code: 'policy_invalid', text, look: null }
}
