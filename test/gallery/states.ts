import { homeStates } from './home-states.ts'
import { promptStates } from './prompt-states.ts'

/** By name: all that the popup may have to show. */
export const states: Record<string, object> = { ...homeStates, ...promptStates }
