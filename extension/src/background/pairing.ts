import { ChannelError, type ChannelReason } from '@countersign/shared/channel/channel-error'
import { fingerprint } from '@countersign/shared/channel/fingerprint'
import type { FrameSocket } from '@countersign/shared/channel/frame-socket'
import { pairAsBrowser } from '@countersign/shared/channel/handshake-browser'
import { parsePairingCode } from '@countersign/shared/channel/pairing-code'
import { keyText } from '@countersign/shared/approval/countersignature'
import { CountersignError, type ErrorCode, type Refusal, refusal } from '@countersign/shared/errors'
import type { Link } from '../surface/messages.ts'
import type { Approvals } from './approvals.ts'
import type { Connection } from './connection.ts'
import type { BrowserIdentities } from './identity.ts'
import type { LedgerWitness } from './ledger-witness.ts'
import type { Stored } from './stored.ts'

export type PairingDeps = {
  open(port: number): Promise<FrameSocket>
  readonly origin: string
  /** What the person knows this browser by. */
  readonly label: string
  readonly identities: BrowserIdentities
  readonly stored: Pick<Stored, 'pin' | 'pairingCode'>
  readonly connection: Connection
  /** A new pairing begins with the ledger as it is. */
  readonly witness: Pick<LedgerWitness, 'forget'>
  /** And with no yes that was given for another companion. */
  readonly approvals: Pick<Approvals, 'clear'>
  /** Nor with what she chose for sessions that are saved there. */
  readonly weather: { forget(): Promise<void> }
  /** Why the companion has turned this browser away, if it has said so; once. */
  takeReason(): Refusal | null
  now(): number
}

export type PairResult =
  | { readonly kind: 'paired'; readonly held: boolean; readonly fingerprint: string }
  | ({ readonly kind: 'refused' } & Refusal)

/** Milliseconds for the handshake; the channel has a shorter deadline of its own. */
const handshakeDeadline = 10_000

/** Pairs with the companion that shows this code. Nothing of an earlier pairing changes unless this one is complete. */
export const createPairing =
  ({
    open,
    origin,
    label,
    identities,
    stored,
    connection,
    witness,
    approvals,
    weather,
    takeReason,
    now,
  }: PairingDeps) =>
  async (text: string): Promise<PairResult> => {
    const code = parsePairingCode(text)
    if (!code.ok) return { kind: 'refused', ...refusal('code_malformed') }
    if ((await stored.pin.get()) !== null && connection.link().state !== 'unpaired') {
      return { kind: 'refused', ...refusal('already_paired') }
    }
    try {
      takeReason()
      const keys = await identities.currentOrNew()
      const socket = await open(code.port)
      const { transport, companionIdentity } = await pairAsBrowser({
        socket,
        origin,
        port: code.port,
        identity: keys.identity,
        secret: code.secret,
        signingKey: keys.signing,
        label,
        signal: AbortSignal.timeout(handshakeDeadline),
      })
      const shown = await fingerprint(companionIdentity, keys.identity.publicKey, keys.signingPublicKey)
      await stored.pin.set({
        companion: keyText(companionIdentity),
        port: code.port,
        fingerprint: shown,
        pairedAt: new Date(now()).toISOString(),
      })
      await stored.pairingCode.set(null)
      await witness.forget()
      await approvals.clear()
      await weather.forget()
      await connection.adopt(transport)
      // A channel that ended at once was lost, or this browser is turned away already: another look tells.
      if (!welcome.has(connection.link().state)) await connection.wake()
      const { state } = connection.link()
      if (state === 'unpaired' || (await stored.pin.get()) === null) {
        return { kind: 'refused', ...(takeReason() ?? refusal('pairing_refused')) }
      }
      if (welcome.has(state)) return { kind: 'paired', held: state === 'held', fingerprint: shown }
      return { kind: 'refused', ...refusal(state === 'mismatch' ? 'protocol_mismatch' : 'peer_closed') }
    } catch (thrown) {
      return { kind: 'refused', ...refusalOfPairing(thrown) }
    }
  }

const welcome: ReadonlySet<Link['state']> = new Set(['connected', 'held'])

/** What went wrong, told apart as far as the handshake can tell it. */
export const refusalOfPairing = (thrown: unknown): Refusal => {
  if (thrown instanceof CountersignError) return refusal(thrown.code)
  if (!(thrown instanceof ChannelError)) return refusal('internal')
  const { reason, after } = thrown
  // No code is open there, so none can be proven: why this one isn't any more, only the terminal is told.
  if (reason === 'refused' && after !== 'M3') return refusal('code_expired', { reason: notOpen })
  return refusal(codes[reason])
}

const notOpen = 'This code is older than two minutes, or was used or taken back before.'

const codes = {
  'bad-code': 'code_wrong',
  refused: 'code_used',
  'wrong-companion': 'foreign_companion',
  malformed: 'foreign_companion',
  timeout: 'foreign_companion',
  'too-big': 'foreign_companion',
  aborted: 'peer_closed',
  dead: 'peer_closed',
  // What only a companion can meet, or a fault of ours.
  'no-pairing-window': 'internal',
  'code-used': 'internal',
  'bad-proof': 'internal',
  'unknown-browser': 'internal',
  library: 'internal',
} as const satisfies Record<ChannelReason, ErrorCode>
