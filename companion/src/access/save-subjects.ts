import { isBeyondDoubt } from '@countersign/shared/approval/can-be-remembered'
import type { Subject } from '@countersign/shared/approval/prompt'
import { CountersignError, refusal, type Refusal, refusalOf } from '@countersign/shared/errors'
import type { CaptureOutline, DescribeOutcome } from '@countersign/shared/session/capture'
import type { ConnectedBrowser } from '../bridge/browsers.ts'
import type { Vault } from '../vault/vault.ts'
import { type PinnedTo, wrongAccount } from './account-pin.ts'
import type { Wish } from './authorize.ts'

/**
 * Asks each browser what a capture would take now, and makes of it what the person will be shown there. Of an agent that is pinned to an
 * account only those are asked whose tab is of it.
 */
export const describeSaves =
  (vault: Pick<Vault, 'accounts' | 'accountName'>, pinnedTo: PinnedTo): Wish['subjects'] =>
  async (connected, signal, { grant }) => {
    const described = await Promise.all(
      connected.map(async (browser) => ({ browser, told: await describe(browser, signal) })),
    )
    const pinned = pinnedTo(grant)
    const answers = described.map(({ browser, told }) => ({ browser, told: fitting(told, pinned, vault.accountName) }))
    const byBrowser = new Map<string, Subject>()
    for (const { browser, told } of answers) {
      if (told.kind === 'ready') byBrowser.set(browser.fingerprint, saveSubject(vault, told.outline))
    }
    if (byBrowser.size > 0) return { kind: 'ready', byBrowser }
    return { kind: 'refused', refusal: nearestRefusal(answers.map(({ told }) => told)) }
  }

/** The same, where a yes to a save lets the policy cover the account from then on, and says so. */
export const coveredBySaves =
  (subjects: Wish['subjects'], coveredBy: string | null): Wish['subjects'] =>
  async (connected, signal, asker) => {
    const found = await subjects(connected, signal, asker)
    if (found.kind === 'refused') return found
    const covered = [...found.byBrowser].map(([browser, subject]) => [browser, withCover(subject, coveredBy)] as const)
    return { kind: 'ready', byBrowser: new Map(covered) }
  }

const withCover = (subject: Subject, coveredBy: string | null): Subject =>
  subject.kind === 'save' && isBeyondDoubt(subject.outline.identity) ? { ...subject, coveredBy } : subject

type Told = DescribeOutcome | { readonly kind: 'lost' | 'wrong-account'; readonly refusal: Refusal }

const fitting = (told: Told, pinned: string | null, nameOf: Vault['accountName']): Told => {
  if (told.kind !== 'ready') return told
  const wrong = wrongAccount(pinned, told.outline.identity.account, nameOf)
  return wrong === undefined ? told : { kind: 'wrong-account', refusal: wrong }
}

const describe = async (browser: ConnectedBrowser, signal: AbortSignal): Promise<Told> => {
  try {
    return await browser.describe(signal)
  } catch (thrown) {
    if (!(thrown instanceof CountersignError)) throw thrown
    const why = refusalOf(thrown)
    const gone = why.code === 'peer_closed' || why.code === 'peer_timeout'
    return { kind: 'lost', refusal: gone ? refusal('browser_not_connected') : why }
  }
}

const saveSubject = (vault: Pick<Vault, 'accounts' | 'accountName'>, outline: CaptureOutline): Subject => {
  const { account } = outline.identity
  const saved = vault.accounts()
  const before = saved.find((entry) => entry.account === account)
  return {
    kind: 'save',
    outline,
    accountName: vault.accountName(account),
    savedBefore: before === undefined ? null : { savedAt: before.savedAt, version: before.version },
    otherAccounts: saved.flatMap((entry) => (entry.account === account ? [] : [entry.accountName ?? entry.account])),
    coveredBy: null,
  }
}

/** Of several browsers' reasons the one that is nearest to a yes. */
const nearestRefusal = (all: readonly Told[]): Refusal => {
  const order = ['wrong-account', 'failed', 'signed-out', 'no-tab', 'lost']
  const [nearest] = [...all].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  if (nearest?.kind === 'failed') return refusal(nearest.code)
  if (nearest?.kind === 'signed-out') return refusal('signed_out')
  if (nearest?.kind === 'no-tab') return refusal('no_upwork_tab')
  const told = nearest?.kind === 'lost' || nearest?.kind === 'wrong-account'
  return told ? nearest.refusal : refusal('browser_not_connected')
}
