import { CountersignError } from '@countersign/shared/errors'
import { type FormatName, formatNames } from './format-names.ts'
import type { Format } from './format.ts'
import { header } from './header.ts'
import { json } from './json.ts'
import { netscape } from './netscape.ts'
import { playwright } from './playwright.ts'
import { puppeteer } from './puppeteer.ts'

const byName: Readonly<Record<FormatName, Format>> = { playwright, puppeteer, netscape, header, json }

/** Every way in which a session is written down, in the order in which they are listed. */
export const formats: readonly Format[] = Object.values(byName)

export const findFormat = (name: string): Format => {
  const found = formats.find((format) => format.name === name)
  if (found !== undefined) return found
  const known = Object.keys(formatNames).join(', ')
  throw new CountersignError('unknown_format', { next: `Take one of: ${known}.` })
}
