import type { Subject } from '@countersign/shared/approval/prompt'
import type { Question } from '../approvals/question.ts'
import type { ConnectedBrowser } from '../bridge/browsers.ts'
import type { NamedAccount } from './accounts-at.ts'
import type { Wider } from './judge-proposal.ts'

type SubjectDeps = {
  /** Never throws. */
  accountsAt(browser: ConnectedBrowser): Promise<readonly NamedAccount[]>
  /** A browser can be shown by now what it could not. */
  lookAgain(): void
}

/** What each browser shows. Where accounts are to be named, a browser is first asked whose its tab is. */
export const createProposalSubjects = (
  { accountsAt, lookAgain }: SubjectDeps,
  wider: Wider,
  keepAsking: string | null,
): Question['subjectFor'] => {
  const { text, changes, withoutAsking } = wider
  const subject = (without: Extract<Subject, { kind: 'accept-policy' }>['withoutAsking']): Subject => {
    const [opens, closes] = [[...changes.opens], [...changes.closes]]
    return { kind: 'accept-policy', opens, closes, text, withoutAsking: without }
  }
  const known = new Map<string, readonly NamedAccount[] | undefined>()
  return (browser) => {
    if (withoutAsking === null || keepAsking === null) return subject(null)
    const accounts = known.get(browser.fingerprint)
    if (accounts !== undefined) return subject({ tools: [...withoutAsking.tools], accounts: [...accounts], keepAsking })
    if (!known.has(browser.fingerprint)) {
      known.set(browser.fingerprint, undefined)
      void accountsAt(browser).then((found) => {
        known.set(browser.fingerprint, found)
        lookAgain()
      })
    }
    return undefined
  }
}
