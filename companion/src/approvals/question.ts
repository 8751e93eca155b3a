import type { Countersigned } from '@countersign/shared/approval/countersignature'
import type { Asker, Prompt, Subject } from '@countersign/shared/approval/prompt'
import type { ConnectedBrowser } from '../bridge/browsers.ts'

/** Something to put to the person. */
export type Question = {
  readonly asker: Asker
  /** The tool's name, twins under one; or the terminal's action. */
  readonly action: string
  readonly reason: string | null
  /** SHA-256 hex of the canonical arguments. */
  readonly args: string
  /** What this browser would show; undefined when it can't be asked (such as one without an Upwork tab). */
  subjectFor(browser: ConnectedBrowser): Subject | undefined
  /** Seconds until silence becomes a no; null for one that waits until it is answered or withdrawn, also for a browser to come. */
  readonly patience: number | null
  /** Called with its id, once it is put. */
  asked?(id: string): void
}

/** The one answer to a question. */
export type Verdict =
  | {
      readonly kind: 'approved'
      readonly browser: ConnectedBrowser
      readonly prompt: Prompt
      readonly signed: Countersigned
    }
  | { readonly kind: 'denied'; readonly prompt: Prompt; readonly reason: string | null }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  /** Another, different question of the same asker and tool is open. */
  | { readonly kind: 'busy' }
  /** The browsers went away and did not come back in time. */
  | { readonly kind: 'unreachable' }
