import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import type { PolicyProblem } from '@countersign/shared/policy/policy-problems'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { sha256 } from '../ledger/sha256.ts'
import { type HeldPolicy, onlyCloses } from './accepted.ts'
import { type Changes, compare } from './compare.ts'
import type { Proposed } from './proposed-file.ts'
import { newlyWithoutAsking, stillAsking } from './without-asking.ts'

/** What a proposal would do to what is in force. */
export type Judged =
  | { readonly kind: 'none' }
  | { readonly kind: 'in-force' }
  | { readonly kind: 'invalid'; readonly problems: readonly PolicyProblem[] }
  /** It may take effect without her. */
  | (Valid & { readonly kind: 'closes' })
  | (Wider & { readonly kind: 'opens' })

type Valid = { readonly text: string; readonly file: PolicyFile; readonly changes: Changes }
export type Wider = Valid & {
  readonly digest: string
  /** Where tools that write would run without asking: which, and the same policy with those still asking. */
  readonly withoutAsking: { readonly tools: readonly string[]; readonly instead: string } | null
}

/** Pure, and never throws. @param writing the names of the tools that write, as rules know them */
export const judgeProposal = (
  proposed: Proposed,
  held: { readonly inForce: HeldPolicy; readonly accepted: HeldPolicy },
  writing: readonly string[],
): Judged => {
  const { inForce, accepted } = held
  if (proposed.kind === 'absent') return { kind: 'none' }
  if (proposed.kind === 'unusable') return invalid(proposed.why)
  const { text, digest } = proposed
  if (digest === inForce.from || digest === sha256(inForce.text)) return { kind: 'in-force' }
  const read = readPolicy(text)
  if (read.kind === 'invalid') return read
  const { file } = read
  const changes = compare(inForce.file, file)
  if (changes.opens.length === 0 && changes.closes.length === 0) return { kind: 'in-force' }
  const valid = { text, file, changes: bounded(changes) }
  if (changes.opens.length === 0 && onlyCloses(accepted.file, file)) return { kind: 'closes', ...valid }
  if (changes.opens.length + changes.closes.length > mostLines) return invalid(tooMuch)
  const tools = newlyWithoutAsking(inForce.file, file, writing)
  if (tools.length === 0) return { kind: 'opens', ...valid, digest, withoutAsking: null }
  const instead = stillAsking(text, tools)
  if (instead === undefined) return invalid(noRoom)
  return { kind: 'opens', ...valid, digest, withoutAsking: { tools, instead } }
}

const noRoom = 'This policy is so large that there is no room left in it to keep being asked. Make it smaller.'

const invalid = (message: string): Judged => ({ kind: 'invalid', problems: [{ path: '', message }] })

const tooMuch = 'This changes more at once than anybody can read. Change it in parts.'

/** What she is asked has to fit into a message, and to be read. Nothing that opens is left out. */
const mostLines = 2000
const longestLine = 500

const bounded = ({ opens, closes }: Changes): Changes => ({
  opens: opens.map(shortened),
  closes: closes.map(shortened),
})
const shortened = (line: string): string => harmlessText(line, longestLine).text
