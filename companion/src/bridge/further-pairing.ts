import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import { withSignals } from '../access/linked-signal.ts'
import type { TerminalAsks } from '../access/terminal-asks.ts'
import type { Broker } from '../approvals/broker.ts'
import type { Claim } from '../control/messages.ts'
import type { Browsers } from './browsers.ts'
import { pairBrowserAction, pairBrowserArgs, type Pin } from './pins.ts'

/** Seconds that a browser may be held. */
const patience = 120

export type Approval = { readonly request: string; readonly signed: Countersigned }

/**
 * Asks in the browsers that are paired already whether one more may be. Throws `pairing_refused` for anything but a yes: no
 * paired browser there, a no, silence.
 */
export const askForFurther = async (
  {
    broker,
    browsers,
    terminal,
  }: { readonly broker: Pick<Broker, 'ask'>; readonly browsers: Browsers; readonly terminal: TerminalAsks },
  pin: Pin,
  claim: Claim,
  signal: AbortSignal,
): Promise<Approval> => {
  if (browsers.connected().length === 0) throw refused('No paired browser is connected to confirm this one.')
  terminal.require()
  const { label, fingerprint } = pin
  const paired = browsers.paired().map((other) => ({ label: other.label, fingerprint: other.fingerprint }))
  const question = {
    asker: { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim } as const,
    action: pairBrowserAction,
    reason: null,
    args: await pairBrowserArgs(pin),
    subjectFor: () => ({ kind: 'pair-browser', label, fingerprint, paired }) as const,
    patience,
  }
  const verdict = await withSignals([signal, terminal.muted()], (linked) => broker.ask(question, linked))
  if (verdict.kind === 'approved') return { request: verdict.prompt.id, signed: verdict.signed }
  throw refused(reasons[verdict.kind])
}

const refused = (message: string): CountersignError => new CountersignError('pairing_refused', { message })

const reasons = {
  denied: 'The pairing was denied in a paired browser.',
  'timed-out': 'Nobody confirmed the pairing in a paired browser in time.',
  unreachable: 'The paired browser went away before anybody confirmed the pairing.',
  busy: 'Other questions of the terminal are waiting to be answered.',
  cancelled: 'The pairing was called off.',
} as const
