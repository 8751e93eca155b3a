import type { Session } from '@countersign/shared/session/session'

/** How much of a session is let out. */
export type Narrowing = {
  /** Only what the site needs for knowing who she is. */
  readonly only?: 'sign-in' | undefined
  /** Names of cookies and of storage keys that stay in the vault. */
  readonly except?: readonly string[] | undefined
}

/** What is kept of it, and the names of what is not. */
export const narrow = (
  session: Session,
  _narrowing: Narrowing,
): { readonly kept: Session; readonly leftOut: readonly string[] } => ({ kept: session, leftOut: [] })
