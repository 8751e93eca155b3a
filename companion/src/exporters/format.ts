import { CountersignError } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import type { Session } from '@countersign/shared/session/session'
import { playwright } from './playwright.ts'

/** A way to write a session down for some other program. */
export type Format = {
  /** As `--format` takes it. */
  readonly name: string
  write(session: Session): Written
}

export type Written = {
  readonly text: Secret<string>
  /** What this format can't hold or holds otherwise, in sentences. */
  readonly notes: readonly string[]
}

const formats: readonly Format[] = [playwright]

export const findFormat = (name: string): Format => {
  const found = formats.find((format) => format.name === name)
  if (found !== undefined) return found
  const known = formats.map((format) => format.name).join(', ')
  throw new CountersignError('unknown_format', { next: `Take one of: ${known}.` })
}
