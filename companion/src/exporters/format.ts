import { CountersignError } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import type { Session } from '@countersign/shared/session/session'

/** A way to write a session down for some other program. */
export type Format = {
  /** As `--format` takes it. */
  readonly name: string
  /** In a sentence, for `--help` and lists. */
  readonly says: string
  /** What it needs to know. Throws `url_needed` and `invalid_arguments`. */
  options(told: { readonly url: string | undefined }): FormatOptions
  write(session: Session, options: FormatOptions): Written
}

/** `url`: the address that a Cookie header is for; of no other format. */
export type FormatOptions = { readonly url?: URL }

export type Written = {
  readonly text: Secret<string>
  /** What this format can't hold or holds otherwise, in sentences. */
  readonly notes: readonly string[]
}

/** Of a format that needs to know nothing, and takes no address. */
export const noOptions = ({ url }: { readonly url: string | undefined }): FormatOptions => {
  if (url === undefined) return {}
  throw new CountersignError('invalid_arguments', {
    message: 'Only a Cookie header is for one address: leave `--url` out.',
  })
}
