import type { CaptureIdentity } from '@countersign/shared/session/capture'
import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { LedgerDetails } from '@countersign/shared/ledger/row'
import type { Receipt } from '@countersign/shared/protocol/messages'
import type { Session } from '@countersign/shared/session/session'
import { toldToPerson } from '@countersign/shared/told-to-person'
import type { Broker } from '../approvals/broker.ts'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { SteadyClock } from '../steady-clock.ts'
import type { Time } from '../time.ts'
import { createTurns } from '../turns.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import { type PinnedTo, wrongAccount } from './account-pin.ts'
import type { Approved, Cover, Road } from './authorize.ts'
import { reasonOf } from './authorize.ts'
import { checkCapture } from './check-capture.ts'
import type { Gate } from './gate.ts'
import type { LedgerCall, LedgerCalls } from './ledger-call.ts'
import { createSavesItself } from './saves-itself.ts'
import { takeCapture } from './take-capture.ts'
import { takeCovered } from './take-covered.ts'

export type Refused = Refusal & { readonly kind: 'refused' }

/** The one place where a capture becomes a saved session, whether she clicked, an agent asked, or it saves itself. */
export type Saves = {
  /** Throws only what is a fault of ours; so does the other. */
  fromClick(
    from: ConnectedBrowser,
    sent: {
      readonly session: Session
      readonly digest: string
      readonly name: string | null
      readonly by: 'click' | 'rotation'
    },
  ): Promise<Receipt | Refused>
  /** Without a question, as far as what stands since before covers it; else she is asked. */
  fromCover(cover: CoveredSave, signal: AbortSignal): Promise<Receipt | Refused>
  /** After a yes. Tells the browsers that showed the question how it went. */
  fromAsk(asked: AskedSave, signal: AbortSignal): Promise<Receipt | Refused>
}

export type AskedSave = {
  /** The id of the asker's grant. */
  readonly grant: string
  readonly approval: Approved
  readonly entry: LedgerCall
  /** Asks anew, with what the tab shows now. @param left seconds that are left of the first question */
  again(left: number): Promise<Road>
}

export type CoveredSave = Pick<AskedSave, 'grant' | 'entry' | 'again'> & {
  readonly cover: Cover
  /** Asks her after all. @param coveredBy as the subject of the question has it */
  ask(coveredBy: string | null): Promise<Road>
}

/** How often the person is asked anew because the tab changed under her answer. */
const mostAgain = 3

export const createSaves = (deps: {
  readonly vault: Pick<Vault, 'save' | 'accountName' | 'latest'>
  readonly calls: LedgerCalls
  readonly broker: Pick<Broker, 'end'>
  readonly browsers: Browsers
  readonly pinnedTo: PinnedTo
  readonly gate: Pick<Gate, 'closed'>
  readonly clock: SteadyClock
  readonly time: Time
}): Saves => {
  const { vault, calls, broker, time } = deps
  const savesItself = createSavesItself(deps)
  const turns = createTurns()
  /** As it is now: she may have pinned the agent to another account while it waited. */
  const misfit = (grant: string, account: string) => wrongAccount(deps.pinnedTo(grant), account, vault.accountName)

  const keep = async (
    { session, digest, name = null }: { session: Session; digest: string; name?: string | null },
    { entry, grant }: { readonly entry: LedgerCall; readonly grant?: string },
    by: LedgerDetails = {},
  ): Promise<Receipt | Refused> => {
    const bad = checkCapture(session) ?? (grant === undefined ? undefined : misfit(grant, session.account))
    if (bad !== undefined) return refused(bad)
    entry.intend()
    const saved = await turns.take(session.account, () => vault.save(session, { digest, name }))
    if (saved.kind === 'refused') return refused(saved.refusal)
    const { version, summary } = saved
    const details = { version, cookies: summary.cookies, origins: summary.origins.length, ...by }
    return receiptOf(saved, vault.accountName(session.account), entry.done('session_saved', details))
  }

  /** What came of one yes: a session, the need to ask again, or a no. */
  const take = async (
    { approval, grant }: Pick<AskedSave, 'approval' | 'grant'>,
    signal: AbortSignal,
  ): Promise<{ kind: 'taken'; session: Session; digest: string } | { kind: 'changed' } | Refused> => {
    const { browser, prompt } = approval
    if (prompt.subject.kind !== 'save') return refused(refusal('internal'))
    const { identity } = prompt.subject.outline
    const wrong = misfit(grant, identity.account)
    if (wrong !== undefined) return refused(wrong)
    const taken = await takeCapture(deps, browser, { request: prompt.id, identity }, signal)
    if (taken.kind === 'taken') return sameAsShown(taken.session, identity) ? taken : { kind: 'changed' }
    if (taken.kind === 'changed') return taken
    return refused(refusal(taken.kind === 'failed' ? taken.code : lost[taken.kind]))
  }

  const carryOut = async (asked: AskedSave, signal: AbortSignal): Promise<Receipt | Refused> => {
    let { approval } = asked
    const until = Date.parse(approval.signed.document.expires)
    for (let changes = 0; ; changes += 1) {
      const outcome = await endAs(broker, approval, signal, async () => {
        const taken = await take({ approval, grant: asked.grant }, signal)
        if (signal.aborted) return refused(reasonOf(signal))
        return taken.kind === 'taken' ? await keep(taken, asked) : taken
      })
      if (outcome.kind !== 'changed') return outcome
      const left = (until - time.wall()) / 1000
      if (changes === mostAgain) return refused(refusal('approval_changed'))
      if (left <= 0) return refused(refusal('approval_timed_out'))
      const road = await asked.again(left)
      if (road.kind === 'refused') return refused(road.refusal)
      if (road.kind === 'allowed') return refused(refusal('approval_changed'))
      approval = road.approval
    }
  }

  const carryOutCovered = async (asked: CoveredSave, signal: AbortSignal): Promise<Receipt | Refused> => {
    const { cover, entry, again, grant } = asked
    const fits = (account: string) => misfit(grant, account) === undefined
    const covered = await takeCovered(deps, cover, fits, signal)
    if (signal.aborted) return refused(reasonOf(signal))
    if (covered !== undefined) return keep(covered, { entry, grant }, { request: covered.request })
    const road = await asked.ask(cover.kind === 'policy' ? cover.request : null)
    if (road.kind === 'refused') return refused(road.refusal)
    if (road.kind === 'allowed') return refused(refusal('approval_changed'))
    return carryOut({ approval: road.approval, entry, again, grant }, signal)
  }

  return {
    fromClick: async (from, sent) => {
      try {
        const not = sent.by === 'rotation' ? savesItself(sent.session) : undefined
        if (not !== undefined) return refused(not)
        const entry = calls.begin({ kind: 'browser', label: from.label }, 'save_session')
        const by = sent.by === 'rotation' ? { by: sent.by } : {}
        return await settled(entry, () => keep(sent, { entry }, by))
      } catch (thrown) {
        return refused(foreseen(thrown))
      }
    },
    fromCover: (asked, signal) => settled(asked.entry, () => carryOutCovered(asked, signal)),
    fromAsk: (asked, signal) => settled(asked.entry, () => carryOut(asked, signal)),
  }
}

const lost = { 'not-approved': 'approval_stale', 'no-tab': 'no_upwork_tab', 'signed-out': 'signed_out' } as const

const refused = (why: Refusal): Refused => ({ kind: 'refused', ...why })

const receiptOf = (saved: Saved, accountName: string | null, ledgerEntry: number): Receipt => ({
  kind: 'saved',
  summary: saved.summary,
  accountName,
  version: saved.version,
  savedAt: saved.savedAt,
  ledgerEntry,
})

const sameAsShown = (session: Session, { account, signIn }: CaptureIdentity): boolean =>
  session.account === account && session.signIn === signIn

/** Enters the refusal as the call's outcome; what was done has entered itself. */
const settled = async (entry: LedgerCall, act: () => Promise<Receipt | Refused>): Promise<Receipt | Refused> => {
  try {
    const outcome = await act()
    if (outcome.kind === 'refused') entry.refused(outcome.code)
    return outcome
  } catch (thrown) {
    entry.refused(refusalOf(thrown).code)
    return refused(foreseen(thrown))
  }
}

/** Tells the browsers that showed the question what came of the yes. */
const endAs = async (
  broker: Pick<Broker, 'end'>,
  { prompt }: Approved,
  signal: AbortSignal,
  act: () => Promise<Receipt | Refused | { kind: 'changed' }>,
): Promise<Receipt | Refused | { kind: 'changed' }> => {
  try {
    const outcome = await act()
    if (outcome.kind === 'saved') broker.end(prompt.id, 'done', savedLine(outcome))
    else if (outcome.kind === 'refused') broker.end(prompt.id, 'failed', toldToPerson(outcome))
    else broker.end(prompt.id, 'changed', 'The tab changed since you were asked, so nothing was saved.')
    return outcome
  } catch (thrown) {
    const why = signal.aborted ? reasonOf(signal) : refusalOf(thrown)
    broker.end(prompt.id, 'failed', toldToPerson(why))
    if (signal.aborted) return refused(why)
    throw thrown
  }
}

/** What was thrown as a refusal, when it has a code; a fault goes on to who can log it. */
const foreseen = (thrown: unknown): Refusal => {
  if (!(thrown instanceof CountersignError)) throw thrown
  return refusalOf(thrown)
}

const savedLine = ({ summary, accountName, version }: Receipt): string =>
  `Saved: ${summary.cookies} ${summary.cookies === 1 ? 'cookie' : 'cookies'} of ${accountName ?? summary.account}, version ${version}.`
