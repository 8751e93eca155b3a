import type { Prompt } from '@countersign/shared/approval/prompt'
import { deferred } from '@countersign/shared/deferred'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import { deadlineIn, type Time, whenPassed } from '../time.ts'
import type { Question, Verdict } from './question.ts'

/** Milliseconds that a question outlives the last browser that showed it. */
const lostBridgePatience = 60_000

/** One question from the first asking to its one verdict. */
export type OpenQuestion = {
  readonly id: string
  readonly question: Question
  readonly verdict: Promise<Verdict>
  late(): boolean
  /** What this browser was shown, if it was. */
  promptFor(browser: ConnectedBrowser): Prompt | undefined
  anyPrompt(): Prompt | undefined
  /** Fingerprints of the browsers that were shown it. */
  shownIn(): readonly string[]
  /** Shows it in browsers that came, and starts or stops the wait for one that went. */
  lookAtBrowsers(): void
  join(): void
  /** True when nobody waits for it any more. */
  leave(): boolean
  /** The one way to end it. */
  settle(verdict: Verdict): void
}

export const openQuestion = (deps: {
  readonly id: string
  readonly question: Question
  readonly browsers: Browsers
  readonly time: Time
  /** Seconds that it may stay open at most. */
  readonly longest: number
  /** Silence or distance ended it; the owner settles it. */
  ended(why: 'timed-out' | 'unreachable'): void
}): OpenQuestion => {
  const { id, question, browsers, time } = deps
  const { patience } = question
  const deadline = patience === null ? undefined : deadlineIn(time, Math.min(patience, deps.longest) * 1000)
  const askedAt = new Date(time.wall()).toISOString()
  const prompts = new Map<string, Prompt>()
  const verdict = deferred<Verdict>()
  const stopDeadline = deadline && whenPassed(time, deadline, () => deps.ended('timed-out'))
  let stopLost: (() => void) | undefined
  let sharers = 0

  const show = (browser: ConnectedBrowser) => {
    if (prompts.has(browser.fingerprint)) return
    const subject = question.subjectFor(browser)
    if (subject === undefined) return
    const { asker, action, reason, args } = question
    const until = deadline?.at ?? null
    prompts.set(browser.fingerprint, { id, asker, action, reason, subject, args, askedAt, deadline: until })
  }

  return {
    id,
    question,
    verdict: verdict.promise,
    late: () => deadline?.passed() === true,
    promptFor: ({ fingerprint }) => prompts.get(fingerprint),
    anyPrompt: () => prompts.values().next().value,
    shownIn: () => [...prompts.keys()],
    lookAtBrowsers: () => {
      const connected = browsers.connected()
      for (const browser of connected) show(browser)
      if (deadline === undefined) return
      if (connected.some(({ fingerprint }) => prompts.has(fingerprint))) {
        stopLost?.()
        stopLost = undefined
      } else {
        stopLost ??= whenPassed(time, deadlineIn(time, lostBridgePatience), () => deps.ended('unreachable'))
      }
    },
    join: () => {
      sharers += 1
    },
    leave: () => {
      sharers -= 1
      return sharers === 0
    },
    settle: (given) => {
      stopDeadline?.()
      stopLost?.()
      verdict.resolve(given)
    },
  }
}
