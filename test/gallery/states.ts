import { homeStates } from './home-states.ts'
import { promptStates } from './prompt-states.ts'
import { weatherStates } from './weather-states.ts'

/** Made-up states of the extension's worker, one for each thing that the pages can show. */
export const states: Record<string, object> = { ...homeStates, ...promptStates, ...weatherStates }
