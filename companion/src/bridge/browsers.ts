import type { LedgerRow } from '@countersign/shared/ledger/row'
import type { browserMethods, PromptEnd } from '@countersign/shared/protocol/messages'
import type { Overview } from '@countersign/shared/protocol/overview'
import type { Prompt } from '@countersign/shared/approval/prompt'
import type { z } from 'zod'
import type { CaptureIdentity, DescribeOutcome, TakeOutcome } from '@countersign/shared/session/capture'

type Countersigned = z.output<(typeof browserMethods)['countersign']['result']>

/** A paired browser whose sealed connection stands, seen from the rest of the companion. */
export type ConnectedBrowser = {
  /** Short, the same text that the browser shows; also its name in `pair remove`. */
  readonly fingerprint: string
  readonly label: string
  /** The key that its countersignatures must be made with, as in an approval document. */
  readonly signingKey: string
  /** A random id that is this browser's until it closes, as it said with its hello. */
  session(): string
  /** What a capture would take now. Throws a CountersignError when the browser goes away or does not answer. */
  describe(signal: AbortSignal): Promise<DescribeOutcome>
  take(request: string, expect: CaptureIdentity, signal: AbortSignal): Promise<TakeOutcome>
  /** Shows rows of the ledger that follow on what this browser signed last, and has it sign the last of them. */
  countersign(rows: readonly LedgerRow[], signal: AbortSignal): Promise<Countersigned>
  /** The whole list of this browser's open prompts, oldest first. Never throws: a lost browser asks again when it is back. */
  showPrompts(prompts: readonly Prompt[]): void
  promptEnded(end: PromptEnd): void
  showOverview(overview: Overview): void
}

export type PairedBrowser = {
  readonly fingerprint: string
  readonly label: string
  readonly signingKey: string
  readonly pairedAt: string
}

/** The browsers that count: paired for good, none that is held or provisional. */
export type Browsers = {
  paired(): readonly PairedBrowser[]
  connected(): readonly ConnectedBrowser[]
  /** Called after each change of either list; returns the way to stop. */
  onChange(listener: () => void): () => void
}
