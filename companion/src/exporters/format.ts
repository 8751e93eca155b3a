import { CountersignError } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import type { Session } from '@countersign/shared/session/session'
import type { FormatName } from './format-names.ts'

/** A way to write a session down for some other program. */
export type Format = {
  /** As `--format` takes it. */
  readonly name: FormatName
  /** What it needs to know, and to load. Throws `url_needed` and `invalid_arguments`. */
  options(told: { readonly url: string | undefined }): FormatOptions | Promise<FormatOptions>
  /** Throws `no_cookie_for_url`. */
  write(session: Session, options: FormatOptions): Written
}

/** Of a Cookie header alone: for which address it is, and which of these cookies a browser sends there, in its order. */
export type FormatOptions = {
  readonly address?: { readonly url: URL; sent(cookies: readonly Cookie[]): readonly Cookie[] }
}

export type Written = {
  /** Ends with a newline. */
  readonly text: Secret<string>
  /** How many are in it. */
  readonly cookies: number
  /** Of how many the storage is in it. */
  readonly origins: number
  /** What this format can't hold or holds otherwise, in sentences. */
  readonly notes: readonly string[]
}

/** Of a format that needs to know nothing, and takes no address. */
export const noOptions = ({ url }: { readonly url: string | undefined }): FormatOptions => {
  if (url === undefined) return {}
  throw new CountersignError('invalid_arguments', {
    message: 'Only a Cookie header is for one address.',
    next: 'Leave `--url` out, or take `--format header`.',
  })
}
