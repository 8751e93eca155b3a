import type { Raised } from './alarms.ts'

/** What she is told when grants lie in the database that she did not approve, or not as they lie there. */
export const grantsAltered = (amount: number): Raised => ({
  alarm: 'grants_altered',
  about: null,
  text: `What lies in the database about your agents was changed: ${amount === 1 ? 'one of them is not what you approved, and is' : `${amount} of them are not what you approved, and are`} shut out. No agent’s call passes until you have looked. If one that you know is missing from the list of agents, add it again with \`countersign agents add\`.`,
})
