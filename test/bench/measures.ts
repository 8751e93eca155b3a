import type { Measure } from './measure.ts'
import { approveMeasure } from './measures/approve.ts'
import { callOnHttpMeasure, callOnStdioMeasure } from './measures/call.ts'
import { idleMeasure } from './measures/idle.ts'
import { ledgerMeasure } from './measures/ledger.ts'
import { decideMeasure, doorMeasure } from './measures/policy.ts'
import { saveMeasure } from './measures/save.ts'
import { sessionMeasure } from './measures/session.ts'
import { spawnMeasure } from './measures/spawn.ts'

/** In the order in which they are taken. */
export const measures: readonly Measure[] = [
  spawnMeasure,
  callOnStdioMeasure,
  callOnHttpMeasure,
  saveMeasure,
  sessionMeasure,
  approveMeasure,
  decideMeasure,
  doorMeasure,
  ledgerMeasure,
  idleMeasure,
]
