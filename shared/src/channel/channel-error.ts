/**
 * Why the channel said no, for our own side only. The peer gets one close code for all of them.
 *
 * - `wrong-companion` the program on that port can't prove the identity that was pinned
 * - `bad-code` the companion's answer doesn't open with this pairing code
 * - `refused` the peer closed during the handshake; `closeCode` and `after` say how far it came
 * - `no-pairing-window` someone wants to pair, and no code is alive
 * - `code-used` the code is right, and was consumed before
 * - `bad-proof` the signing key offered is not the offerer's own
 * - `unknown-browser` a proven key that is not paired, or not from this extension
 * - `dead` sending on a channel that has ended
 * - `library` a fault of ours or of the cryptography below, never something the peer can mend
 */
export type ChannelReason =
  | 'wrong-companion'
  | 'bad-code'
  | 'refused'
  | 'no-pairing-window'
  | 'code-used'
  | 'bad-proof'
  | 'unknown-browser'
  | 'timeout'
  | 'malformed'
  | 'too-big'
  | 'aborted'
  | 'dead'
  | 'library'

/** The last message that we had sent. A browser refused after M1 met no open window; after M3, a used code. */
export type LastSent = 'M1' | 'M2' | 'M3'

export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  readonly reason: ChannelReason
  readonly closeCode: number | undefined
  readonly after: LastSent | undefined

  constructor(
    reason: ChannelReason,
    message: string,
    details: { cause?: unknown; closeCode?: number | undefined; after?: LastSent | undefined } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.reason = reason
    this.closeCode = details.closeCode
    this.after = details.after
  }
}

/** Awaits what may fail by the peer's doing, and gives such a failure its reason. A ChannelError keeps its own. */
export async function orRefuse<T>(work: Promise<T>, reason: ChannelReason, message: string): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw cause instanceof ChannelError ? cause : new ChannelError(reason, message, { cause })
  }
}
