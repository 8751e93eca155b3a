import type { Countersigned } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { scopeCounts } from './scope-counts.ts'

/** What an answer is held against; all of it ours, none of it the answer's own word. */
export type Expected = {
  /** Whether the signature verifies under the key that the document names. */
  readonly signatureValid: boolean
  /** The signing key that this browser was paired with, and our own identity key. */
  readonly browserKey: string
  readonly companionKey: string
  /** The highest number taken from this browser. */
  readonly lastSeq: number
  /** What this browser was shown under that id; undefined when nothing open has it. */
  readonly prompt: Prompt | undefined
  /** The id of this browser's session. */
  readonly session: string
  /** Digest of that prompt. */
  readonly shown: string | undefined
  /** Whether the question's own deadline has passed. */
  readonly late: boolean
  readonly now: number
}

export type AnswerVerdict =
  | { readonly kind: 'good'; readonly prompt: Prompt }
  /** Not a countersignature of this browser for us: nothing it says counts. */
  | { readonly kind: 'forged'; readonly what: 'signature' | 'browser' | 'companion' | 'sequence' }
  /** Truly hers, for something that is no longer, or never was, the question. */
  | { readonly kind: 'stale'; readonly what: 'closed' | 'grant' | 'tool' | 'args' | 'shown' | 'expired' | 'scope' }

/** Whether an answer counts. The purpose was checked when the document was parsed: only an approval's passes. */
export const verifyAnswer = ({ document }: Countersigned, expected: Expected): AnswerVerdict => {
  if (!expected.signatureValid) return { kind: 'forged', what: 'signature' }
  if (document.browser !== expected.browserKey) return { kind: 'forged', what: 'browser' }
  if (document.companion !== expected.companionKey) return { kind: 'forged', what: 'companion' }
  if (document.seq <= expected.lastSeq) return { kind: 'forged', what: 'sequence' }

  const { prompt, shown } = expected
  if (prompt === undefined || shown === undefined || document.request !== prompt.id) return stale('closed')
  if (document.grant.id !== prompt.asker.grant || document.grant.label !== prompt.asker.label) return stale('grant')
  if (document.tool !== prompt.action) return stale('tool')
  if (!acceptable(prompt).includes(document.args)) return stale('args')
  if (document.shown !== shown) return stale('shown')
  if (expected.late || Date.parse(document.expires) <= expected.now) return stale('expired')
  if (!scopeCounts(document, { prompt, session: expected.session, now: expected.now })) return stale('scope')
  return { kind: 'good', prompt }
}

/** What the answer may be about: what was asked, or, where she is offered to keep being asked, just that. */
const acceptable = ({ args, subject }: Prompt): readonly string[] =>
  subject.kind === 'accept-policy' && subject.withoutAsking !== null ? [args, subject.withoutAsking.keepAsking] : [args]

const stale = (what: Extract<AnswerVerdict, { kind: 'stale' }>['what']): AnswerVerdict => ({ kind: 'stale', what })
