import { CountersignError, refusalOf } from '@countersign/shared/errors'
import type { PolicyProblem } from '@countersign/shared/policy/policy-problems'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { toldToPerson } from '@countersign/shared/told-to-person'
import { asError } from '../access/as-error.ts'
import type { Gate } from '../access/gate.ts'
import { tooManyQuestions } from '../access/terminal-asks.ts'
import type { Broker } from '../approvals/broker.ts'
import type { Verdict } from '../approvals/question.ts'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { Claim } from '../control/messages.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { Time } from '../time.ts'
import { acceptanceArgs, acceptPolicy } from './acceptance.ts'
import { type AcceptedPolicies, type HeldPolicy, isSamePolicy } from './accepted.ts'
import type { NamedAccount } from './accounts-at.ts'
import { invalidPolicy } from './invalid-policy.ts'
import { judgeProposal, type Judged, type Wider } from './judge-proposal.ts'
import { type ProposalOutcome, proposingCommand, type ProposingCommand } from './proposing-command.ts'
import type { ProposalPace } from './proposal-pace.ts'
import { createProposalSubjects } from './proposal-subject.ts'
import type { ProposedFile } from './proposed-file.ts'

/** What is proposed in `policy.json`, and how it stands. */
export type ProposalState = {
  /** `held`: it opens something, and nobody can be asked now. */
  readonly state: 'none' | 'in-force' | 'invalid' | 'waiting' | 'denied' | 'held'
  readonly problems: readonly PolicyProblem[]
  readonly opens: readonly string[]
  readonly closes: readonly string[]
}

/** Sees to it that what closes takes effect at once, and that she is asked about all else. */
export type Proposals = {
  state(): ProposalState
  /**
   * Writes the text into the file, for a command, and waits for what becomes of it. When the signal ends, so does the question. Throws
   * a CountersignError: where the text is no policy, and where it would open something and nobody can be asked.
   */
  propose(text: string, claim: Claim, signal: AbortSignal): Promise<ProposalOutcome>
  /** Called when the state may be another. Gives the way to stop. */
  onChange(listener: () => void): () => void
  close(): void
}

type Deps = {
  readonly file: ProposedFile
  /** Writes it, whole or not at all. */
  write(text: string): void
  readonly accepted: AcceptedPolicies
  readonly broker: Pick<Broker, 'ask' | 'end' | 'lookAgain'>
  readonly browsers: Browsers
  readonly gate: Pick<Gate, 'closed'>
  /** Of whatever opens or closes the gate. */
  readonly gateChanges: readonly ((listener: () => void) => () => void)[]
  /** The names of the tools that write, as rules know them. */
  readonly writing: readonly string[]
  readonly pace: ProposalPace
  readonly time: Pick<Time, 'after'>
  accountsAt(browser: ConnectedBrowser): Promise<readonly NamedAccount[]>
  onFault(thrown: unknown): void
}

/** A question that is open. */
type Open = {
  readonly digest: string
  readonly upon: HeldPolicy
  readonly ends: AbortController
  /** She said yes. */
  approved(): void
}

export const createProposals = (deps: Deps): Proposals => {
  const { file, accepted, broker, browsers, gate } = deps
  const listeners = new Set<() => void>()
  let proposed = file.read()
  let judged: Judged = { kind: 'none' }
  let open: Open | undefined
  let waiter: ProposingCommand | undefined
  /** The digest of one whose command went away before the answer. */
  let dropped: string | undefined
  let stopHolding: (() => void) | undefined
  let considering = false
  let closed = false

  const takeWaiter = (): ProposingCommand | undefined => {
    const taken = waiter
    waiter = undefined
    return taken
  }
  const withdraw = () => {
    const withdrawn = open
    open = undefined
    withdrawn?.ends.abort()
  }
  /** Undefined while she can be asked. */
  const inTheWay = (): CountersignError | undefined => {
    const refused = gate.closed('terminal')
    if (refused !== undefined) return asError(refused)
    if (browsers.paired().length > 0) return undefined
    const next = 'Run `countersign pair`; the proposal waits in policy.json until then.'
    return new CountersignError('not_paired', { next })
  }
  const judge = () =>
    judgeProposal(proposed, { inForce: accepted.inForce(), accepted: accepted.accepted() }, deps.writing)
  const isAnswered = ({ digest }: Wider) => digest === accepted.denied() || digest === dropped

  const takeEffect = ({ text, file: policy }: Extract<Judged, { kind: 'closes' }>) => {
    try {
      accepted.close(text, policy)
      judged = judge()
      takeWaiter()?.settle('closed')
    } catch (thrown) {
      // Such as a full disk. It is tried again at whatever comes next.
      if (waiter === undefined) deps.onFault(thrown)
      else takeWaiter()?.fail(thrown)
    }
  }
  /** So many seconds; a command has to come again. */
  const hold = ({ digest }: Wider, seconds: number) => {
    stopHolding?.()
    stopHolding = deps.time.after(seconds * 1000, () => caught(deps, consider))
    if (waiter?.digest !== digest) return
    dropped = digest
    takeWaiter()?.fail(asError(tooManyQuestions(seconds)))
  }
  const askUnlessAsked = (wider: Wider) => {
    const upon = accepted.inForce()
    if (open !== undefined && open.digest === wider.digest && isSamePolicy(open.upon, upon)) return
    withdraw()
    if (isAnswered(wider)) return
    const turn = deps.pace.take(waiter?.digest === wider.digest)
    if (turn.kind === 'limited') return hold(wider, turn.retryAfter)
    const asked: Open = { digest: wider.digest, upon, ends: new AbortController(), approved: turn.giveBack }
    open = asked
    void ask(wider, asked).catch((thrown: unknown) => {
      if (open === asked) open = undefined
      if (waiter?.digest === asked.digest) takeWaiter()?.fail(thrown)
      else deps.onFault(thrown)
    })
  }
  /** Looks at what is proposed, with all that may have changed since the last time. */
  const consider = () => {
    if (closed || considering) return
    considering = true
    try {
      look()
    } finally {
      considering = false
    }
    for (const listener of listeners) listener()
  }
  const look = () => {
    judged = judge()
    if (judged.kind === 'closes') takeEffect(judged)
    if (waiter !== undefined && (proposed.kind !== 'text' || proposed.digest !== waiter.digest)) {
      takeWaiter()?.settle('replaced')
    }
    if (judged.kind === 'in-force') takeWaiter()?.settle('in-force')
    if (judged.kind === 'opens' && inTheWay() === undefined) askUnlessAsked(judged)
    else withdraw()
  }

  const ask = async (wider: Wider, asked: Open): Promise<void> => {
    const number = accepted.next()
    const { withoutAsking } = wider
    const args = await acceptanceArgs(wider.text, number)
    const instead = withoutAsking && (await acceptanceArgs(withoutAsking.instead, number))
    const verdict = await broker.ask(
      {
        asker: { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim: waiter?.claim ?? null },
        action: acceptPolicy,
        reason: null,
        args,
        subjectFor: createProposalSubjects(
          { accountsAt: deps.accountsAt, lookAgain: broker.lookAgain },
          wider,
          instead,
        ),
        patience: null,
      },
      asked.ends.signal,
    )
    if (open === asked) open = undefined
    if (verdict.kind === 'approved') await keep(wider, asked, verdict, { number, instead })
    if (verdict.kind === 'denied') {
      accepted.deny(wider.digest)
      if (waiter?.digest === wider.digest) takeWaiter()?.settle('denied', verdict.reason)
    }
    // It would be as busy as before.
    if (verdict.kind !== 'busy') consider()
  }
  const keep = async (
    wider: Wider,
    { upon, approved }: Open,
    { prompt, signed, browser }: Extract<Verdict, { kind: 'approved' }>,
    { number, instead }: { readonly number: number; readonly instead: string | null },
  ): Promise<void> => {
    const mine = waiter?.digest === wider.digest ? takeWaiter() : undefined
    const keptAsking = instead !== null && signed.document.args === instead
    const text = keptAsking && wider.withoutAsking !== null ? wider.withoutAsking.instead : wider.text
    const { label, fingerprint } = browser
    approved()
    try {
      const acceptance = { number, text, from: wider.digest, browser: { label, fingerprint }, approval: signed }
      await accepted.keep(acceptance, upon)
      broker.end(prompt.id, 'done', 'The policy is in force.')
      mine?.settle('accepted')
    } catch (thrown) {
      broker.end(prompt.id, 'failed', toldToPerson(refusalOf(thrown)))
      if (mine === undefined) deps.onFault(thrown)
      else mine.fail(thrown)
    }
  }

  const fileChanged = () => {
    proposed = file.read()
    const digest = proposed.kind === 'text' ? proposed.digest : undefined
    if (dropped !== digest) dropped = undefined
    if (accepted.denied() !== undefined && accepted.denied() !== digest) accepted.deny(undefined)
    consider()
  }
  const stops = [
    file.onChange(() => caught(deps, fileChanged)),
    ...[browsers.onChange, accepted.onChange, ...deps.gateChanges].map((onChange) =>
      onChange(() => caught(deps, consider)),
    ),
  ]
  caught(deps, consider)

  return {
    state: () => {
      const { opens, closes } = 'changes' in judged ? judged.changes : nothing
      const problems = judged.kind === 'invalid' ? judged.problems : []
      if (judged.kind !== 'opens' && judged.kind !== 'closes') return { state: judged.kind, problems, opens, closes }
      const isDenied = judged.kind === 'opens' && judged.digest === accepted.denied()
      return { state: open !== undefined ? 'waiting' : isDenied ? 'denied' : 'held', problems, opens, closes }
    },
    propose: async (text, claim, signal) => {
      const read = readPolicy(text)
      if (read.kind === 'invalid') throw invalidPolicy(read.problems)
      signal.throwIfAborted()
      const digest = sha256(text)
      dropped = undefined
      if (accepted.denied() !== undefined) accepted.deny(undefined)
      // Whoever asked before asked for something else, or at least in another's name.
      withdraw()
      takeWaiter()?.settle('replaced')
      const mine = proposingCommand({
        digest,
        claim,
        signal,
        number: () => accepted.inForce().number,
        left: () => {
          if (waiter !== mine) return
          waiter = undefined
          dropped = digest
          withdraw()
          caught(deps, consider)
        },
      })
      waiter = mine
      try {
        deps.write(text)
        proposed = file.read()
        consider()
        if (waiter === mine) {
          const why = judged.kind === 'invalid' ? invalidPolicy(judged.problems) : inTheWay()
          if (why !== undefined) throw why
        }
      } catch (thrown) {
        if (waiter === mine) takeWaiter()?.fail(thrown)
        else deps.onFault(thrown)
      }
      return await mine.ended
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      closed = true
      for (const stop of stops) stop()
      stopHolding?.()
      withdraw()
      takeWaiter()?.fail(new CountersignError('cancelled'))
    },
  }
}

const nothing = { opens: [], closes: [] }

const caught = ({ onFault }: Deps, act: () => void): void => {
  try {
    act()
  } catch (thrown) {
    onFault(thrown)
  }
}
