import { z } from 'zod'

/** What a row tells of. A call has two rows: its intent, and its outcome or `interrupted`. */
export const ledgerKinds = [
  'start',
  'stop',
  'paired',
  'pairing_refused',
  'unpaired',
  'reset',
  'peer_unknown',
  'session_saved',
  'call',
  'approval',
  'release',
  'release_ended',
  'session_restored',
  'session_forgotten',
  'account_named',
  'grant',
  'revoked',
  'policy',
  'muted',
  'unmuted',
  'remembered',
  'forgotten',
  'paused',
  'resumed',
  'alarm',
  'looked',
  'interrupted',
] as const

/** `intent` stands before an act; all others say how something went. */
export const ledgerOutcomes = ['intent', 'done', 'approved', 'denied', 'refused', 'failed', 'interrupted'] as const

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in hex')
const asker = z.strictObject({
  kind: z.enum(['agent', 'terminal', 'browser', 'companion']),
  label: z.string().max(100),
})
export type LedgerAsker = z.output<typeof asker>

/** Counts, names, digests, fingerprints: never a value of a cookie or of storage. */
const details = z.record(
  z.string().max(40),
  z.union([z.string().max(1000), z.int(), z.boolean(), z.null(), z.array(z.string().max(200)).max(200)]),
)
export type LedgerDetails = z.output<typeof details>

export const ledgerRow = z.strictObject({
  /** 1, 2, 3 and so on, without a gap. */
  seq: z.int().positive(),
  /** Never earlier than the row before. */
  at: z.iso.datetime(),
  kind: z.enum(ledgerKinds),
  asker,
  tool: z.string().max(200).nullable(),
  /** Ties a call's rows together. */
  call: z.string().max(100).nullable(),
  outcome: z.enum(ledgerOutcomes),
  /** The code of a refusal or a fault. */
  code: z.string().max(60).nullable(),
  details,
  /** The hash of the row before. */
  prev: hash,
  /** Of the canonical JSON of all above. */
  hash,
})
export type LedgerRow = z.output<typeof ledgerRow>
export type LedgerKind = LedgerRow['kind']
export type LedgerOutcome = LedgerRow['outcome']

/** A row as `ledger list --json` prints it. */
export const publicRow = ({ seq, at, kind, asker, tool, outcome, code, hash }: LedgerRow) => ({
  seq,
  at,
  kind,
  asker: asker.label,
  tool,
  outcome,
  code,
  hash,
})
