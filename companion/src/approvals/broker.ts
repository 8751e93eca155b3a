import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { verifyCountersignature } from '@countersign/shared/approval/countersignature'
import { promptDigest, type Prompt } from '@countersign/shared/approval/prompt'
import { CountersignError, refusal, refusalOf, type Refusal } from '@countersign/shared/errors'
import type { PromptEnd } from '@countersign/shared/protocol/messages'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { Time } from '../time.ts'
import { createTurns } from '../turns.ts'
import type { Approvals } from './approvals.ts'
import type { Remembered } from './remembered.ts'
import { openQuestion, type OpenQuestion } from './open-question.ts'
import type { Question, Verdict } from './question.ts'
import { verifyAnswer } from './verify-answer.ts'

/** Puts questions to the person, and sees to it that each has exactly one end. */
export type Broker = {
  /**
   * Resolves once, with the one verdict. An agent's identical question that is open already is shared; a different one of the same
   * asker and tool, or one too many of the asker's, is `busy`.
   */
  ask(question: Question, signal: AbortSignal): Promise<Verdict>
  /** An answer as it came from this browser. Never throws. */
  answer(from: ConnectedBrowser, signed: Countersigned): Promise<{ kind: 'accepted' } | Refused>
  /** After a yes: how it went on, to every browser that had shown the question. */
  end(id: string, how: PromptEnd['how'], text: string): void
  /** Shows what is open in browsers that could not be asked before, and now can. */
  lookAgain(): void
  /** Oldest first. */
  promptsFor(browser: ConnectedBrowser): readonly Prompt[]
  /** One prompt for each open question that some browser was shown, oldest first. */
  open(): readonly Prompt[]
  pending(): number
  /** Withdraws every open question. */
  close(): void
}
export type Refused = Refusal & { readonly kind: 'refused' }

const endings = {
  denied: ['denied', 'Denied.'],
  'timed-out': ['timed-out', 'Nobody answered in time, so the answer was no.'],
  cancelled: ['cancelled', 'The question was withdrawn.'],
  unreachable: ['cancelled', 'The browser was away for too long, so the answer was no.'],
} as const

export const createBroker = (deps: {
  readonly browsers: Browsers
  /** Our identity key, as it stands in an approval document. */
  readonly companionKey: string
  readonly approvals: Pick<Approvals, 'lastSeq' | 'accept'>
  /** Where a yes that lasts is kept. */
  readonly remembered: Pick<Remembered, 'take'>
  readonly time: Time
  /** Seconds that any question may stay open at most. */
  readonly longest: number
  newId(): string
}): Broker => {
  const { browsers, companionKey, approvals, remembered, time, longest } = deps
  const turns = createTurns()
  // A Map keeps the order of asking.
  const open = new Map<string, OpenQuestion>()
  /** Questions with a yes whose outcome is still to be told: in which browsers they had stood. */
  const carriedOut = new Map<string, readonly string[]>()

  const promptsFor = (browser: ConnectedBrowser): readonly Prompt[] =>
    [...open.values()].map((question) => question.promptFor(browser)).filter((prompt) => prompt !== undefined)
  const showLists = () => {
    for (const browser of browsers.connected()) browser.showPrompts(promptsFor(browser))
  }
  const isConnected = ({ fingerprint, signingKey }: ConnectedBrowser): boolean =>
    browsers.connected().some((other) => other.fingerprint === fingerprint && other.signingKey === signingKey)
  const tell = (fingerprints: readonly string[], end: PromptEnd) => {
    for (const browser of browsers.connected()) if (fingerprints.includes(browser.fingerprint)) browser.promptEnded(end)
  }
  /** False when it had been settled before: the first one wins. */
  const settle = (question: OpenQuestion, verdict: Verdict, why?: string): boolean => {
    if (!open.delete(question.id)) return false
    const { id } = question
    const shown = question.shownIn()
    question.settle(verdict)
    if (verdict.kind === 'approved') {
      carriedOut.set(id, shown)
      const others = shown.filter((fingerprint) => fingerprint !== verdict.browser.fingerprint)
      tell(others, { id, how: 'answered-elsewhere', text: 'Approved in another browser.' })
    } else if (verdict.kind !== 'busy') {
      const [how, text] = endings[verdict.kind]
      tell(shown, { id, how, text: why ?? text })
    }
    showLists()
    return true
  }

  const begin = (question: Question): OpenQuestion => {
    const made = openQuestion({
      id: deps.newId(),
      question,
      browsers,
      time,
      longest,
      ended: (why) => void settle(made, { kind: why }),
    })
    open.set(made.id, made)
    made.lookAtBrowsers()
    showLists()
    return made
  }

  const lookAgain = () => {
    for (const question of open.values()) question.lookAtBrowsers()
    showLists()
  }
  const stopLooking = browsers.onChange(lookAgain)

  const judge = async (from: ConnectedBrowser, signed: Countersigned): Promise<{ kind: 'accepted' } | Refused> => {
    const { document } = signed
    const asked = open.get(document.request)
    const prompt = asked?.promptFor(from)
    const shown = prompt && (await promptDigest(prompt))
    const signatureValid = await verifyCountersignature(signed)
    // From here on nothing waits: what is found true stays true until the question is settled.
    const question = open.get(document.request)
    if (question?.late() === true) settle(question, { kind: 'timed-out' })
    const judged = verifyAnswer(signed, {
      signatureValid,
      companionKey,
      shown,
      now: time.wall(),
      browserKey: from.signingKey,
      session: from.session(),
      lastSeq: approvals.lastSeq(from.signingKey),
      prompt: question !== undefined && open.has(question.id) && isConnected(from) ? prompt : undefined,
      late: question?.late() === true,
    })
    if (judged.kind === 'forged') return refused(refusal('countersignature_invalid'))
    if (judged.kind === 'stale' || question === undefined) return refused(refusal('approval_stale'))
    const { kind, label } = judged.prompt.asker
    approvals.accept({ from, asker: { kind, label }, signed })
    if (document.answer === 'approve') {
      remembered.take({ from, prompt: judged.prompt, signed })
      settle(question, { kind: 'approved', browser: from, prompt: judged.prompt, signed })
    } else {
      settle(question, { kind: 'denied', prompt: judged.prompt, reason: document.reason })
    }
    return { kind: 'accepted' }
  }

  return {
    ask: async (question, signal) => {
      if (signal.aborted) return { kind: 'cancelled' }
      const others = [...open.values()].filter((other) => other.question.asker.grant === question.asker.grant)
      const same = others.find((other) => other.question.action === question.action)
      const isTooMany = question.patience !== null && others.filter(isHurried).length >= mostOpen
      if (same === undefined ? isTooMany : !isShared(same.question, question)) return { kind: 'busy' }
      const asked = same ?? begin(question)
      question.asked?.(asked.id)
      return await share(asked, signal, (why) => settle(asked, { kind: 'cancelled' }, why))
    },
    answer: async (from, signed) => {
      try {
        // In turn, since a later number that were taken first would void the earlier one.
        return await turns.take(from.signingKey, () => judge(from, signed))
      } catch (thrown) {
        // Such as a full disk: an answer that can't be kept does not count, and the question stays open.
        return refused(refusalOf(thrown))
      }
    },
    end: (id, how, text) => {
      const shown = carriedOut.get(id) ?? []
      carriedOut.delete(id)
      tell(shown, { id, how, text })
    },
    lookAgain,
    promptsFor,
    open: () => [...open.values()].map(({ anyPrompt }) => anyPrompt()).filter((prompt) => prompt !== undefined),
    pending: () => open.size,
    close: () => {
      stopLooking()
      for (const question of open.values()) settle(question, { kind: 'cancelled' })
    },
  }
}

/** Of one asker: else a program in the terminal, each of whose actions may be another one, could bury all other questions. */
const mostOpen = 4

/** One that waits for as long as it takes is in nobody's way, nor may others be in its own. */
const isHurried = ({ question }: OpenQuestion): boolean => question.patience !== null

/**
 * Who asks for the same at the same time gets the same answer. Not so in the terminal: each command there is another program, with
 * its own claim, and a yes to one must not do the act of another.
 */
const isShared = (a: Question, b: Question): boolean => a.args === b.args && a.asker.kind === 'agent'

const refused = (why: Refusal): Refused => ({ kind: 'refused', ...why })

/** The verdict, for one of those who wait for it; who goes away takes the question along only when nobody else waits. */
const share = async (
  asked: OpenQuestion,
  signal: AbortSignal,
  withdraw: (why: string | undefined) => void,
): Promise<Verdict> => {
  asked.join()
  const gone = new Promise<Verdict>((resolve) => {
    const leave = () => {
      if (asked.leave()) withdraw(wordsOf(signal.reason))
      resolve({ kind: 'cancelled' })
    }
    signal.addEventListener('abort', leave, { once: true })
    void asked.verdict.then(() => signal.removeEventListener('abort', leave))
  })
  return await Promise.race([asked.verdict, gone])
}

const wordsOf = (reason: unknown): string | undefined =>
  reason instanceof CountersignError && reason.code !== 'cancelled' ? reason.message : undefined
