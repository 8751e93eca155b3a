import { capturePromises } from './promises/capture.ts'
import { personPromises } from './promises/person.ts'
import type { Promised } from './promises/promised.ts'
import { promptPromises } from './promises/prompt.ts'
import { sessionPromises } from './promises/session.ts'
import { statePromises } from './promises/state.ts'
import { wirePromises } from './promises/wire.ts'
import { workPromises } from './promises/work.ts'

/**
 * What Countersign promises, as data. Each promise names the stories that try to break it, and SECURITY.md says it in the same words;
 * test/house/promises.test.ts fails when one of the three is missing.
 */
export const promises: readonly Promised[] = [
  ...personPromises,
  ...sessionPromises,
  ...promptPromises,
  ...capturePromises,
  ...wirePromises,
  ...statePromises,
  ...workPromises,
]
