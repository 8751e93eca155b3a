import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import type { Asker, Prompt, Subject } from '@countersign/shared/approval/prompt'
import { createRemembered } from '../approvals/remembered.ts'
import { createLedger } from '../ledger/ledger.ts'
import { type FakeBrowser, fakeBrowser, fakeBrowsers } from './fake-browser.ts'
import { fakeTime } from './fake-time.ts'
import { tempDatabase } from './temp-database.ts'
import { outlineOf, signedIn } from './temp-house.ts'

export type Scope = ApprovalDocument['scope']
export const agentOf = (grant: string, label = grant): Asker => ({ kind: 'agent', grant, label, claim: null })

/** Yeses that last, on a real ledger, with two browsers and a clock that a test can move. */
export const lastingHouse = async () => {
  const { database } = tempDatabase()
  const time = fakeTime()
  const ledger = createLedger({ database, time })
  const [browser, other] = [await fakeBrowser('First'), await fakeBrowser('Second')]
  const browsers = fakeBrowsers(browser, other)
  const remembered = createRemembered({ browsers, ledger, time })

  const forFifteen = (sameArguments = false): Scope => ({
    for: '15 minutes',
    until: new Date(time.wall() + 15 * 60_000).toISOString(),
    sameArguments,
  })
  const untilClosed = (sameArguments = false, from: FakeBrowser = browser): Scope => ({
    for: 'browser',
    session: from.session(),
    sameArguments,
  })
  /** Her yes, as the broker hands it on. Gives the question's id. */
  const take = async (scope: Scope, more: Partial<Prompt> = {}, from: FakeBrowser = browser): Promise<string> => {
    const prompt: Prompt = {
      id: crypto.randomUUID(),
      asker: agentOf('g1'),
      action: 'save_session',
      reason: null,
      subject: saveOf('ada'),
      args: 'a'.repeat(64),
      askedAt: new Date(time.wall()).toISOString(),
      deadline: new Date(time.wall() + 600_000).toISOString(),
      ...more,
    }
    remembered.take({ from, prompt, signed: await from.sign(prompt, 'approve', { scope }) })
    return prompt.id
  }
  const covering = (more: { grant?: string; label?: string; tool?: string; args?: string } = {}) => {
    const { grant = 'g1', label = grant, tool = 'save_session', args = 'a'.repeat(64) } = more
    return remembered.covering({ asker: agentOf(grant, label), tool, args })
  }
  const idsCovering = (more: Parameters<typeof covering>[0] = {}) => covering(more).map(({ request }) => request)
  return { time, ledger, browser, other, browsers, remembered, forFifteen, untilClosed, take, covering, idsCovering }
}

export const saveOf = (account: string): Subject => ({
  kind: 'save',
  outline: outlineOf(signedIn(account)),
  accountName: null,
  savedBefore: null,
  otherAccounts: [],
  coveredBy: null,
})
