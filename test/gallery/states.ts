import { homeStates } from './home-states.ts'
import { promptStates } from './prompt-states.ts'
import { sessionScripts, sessionStates } from './session-states.ts'
import { weatherStates } from './weather-states.ts'

/** Made-up states of the extension's worker, one for each thing that the pages can show. */
export const states: Record<string, object> = { ...homeStates, ...promptStates, ...weatherStates, ...sessionStates }

/** What is pressed, by name, before the picture is taken, and what the worker answers then. */
export const scripts: Partial<Record<string, { answers: Record<string, object>; presses: readonly string[] }>> =
  sessionScripts
