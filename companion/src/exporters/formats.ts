import { CountersignError } from '@countersign/shared/errors'
import type { Format } from './format.ts'
import { playwright } from './playwright.ts'

/** Every way in which a session is written down, in the order in which they are listed. */
export const formats: readonly Format[] = [playwright]

export const findFormat = (name: string): Format => {
  const found = formats.find((format) => format.name === name)
  if (found !== undefined) return found
  const known = formats.map((format) => format.name).join(', ')
  throw new CountersignError('unknown_format', { next: `Take one of: ${known}.` })
}
