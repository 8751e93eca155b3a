import { z } from 'zod'
import type { PinnedTo } from '../access/account-pin.ts'
import { describeCall } from '../access/call-subjects.ts'
import type { Time } from '../time.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import { type Answer, answerShape } from './answer.ts'
import { tool, type Tool } from './tool.ts'

const states = ['none', 'fresh', 'expired', 'uncertain'] as const
export type SessionState = (typeof states)[number]

export const sessionStatusTool = (deps: {
  readonly vault: Pick<Vault, 'latest' | 'accountName'>
  readonly pinnedTo: PinnedTo
  readonly time: Pick<Time, 'wall'>
}): Tool =>
  tool({
    name: 'session_status',
    title: 'Look at the saved Upwork session',
    description: 'Tells whose Upwork session was saved last, how old it is and whether it should still be good.',
    kind: 'read',
    input: z.strictObject({}),
    output: answerShape.extend({ state: z.enum(states).optional() }),
    subjects: describeCall({}),
    run: (_input, { asker: { grant } }) => {
      // Of the others an agent that is only for one account learns nothing.
      const only = deps.pinnedTo(grant)
      if (only === null) return Promise.resolve(status(deps.vault.latest(), deps.time.wall()))
      const whose = `No session of ${deps.vault.accountName(only) ?? only} is saved, which is the one that you may ask for.`
      return Promise.resolve(status(deps.vault.latest(only), deps.time.wall(), whose))
    },
  })

/** Whether a saved session should still be good, by all that is known without trying it. */
export const stateOf = (latest: Pick<Saved, 'summary'> | undefined, now: number): SessionState => {
  if (latest === undefined) return 'none'
  const { expiresAt, signIn } = latest.summary
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return 'expired'
  return signIn === 'uncertain' || expiresAt === null ? 'uncertain' : 'fresh'
}

const words: Readonly<Record<Exclude<SessionState, 'none'>, string>> = {
  fresh: 'It should still be good.',
  expired: 'Its sign-in has ended. Next: call save_session.',
  uncertain: 'Nothing tells whether it is still good. Next: try it, or call save_session.',
}

const status = (latest: Saved | undefined, now: number, none = 'No session is saved.'): Answer => {
  const state = stateOf(latest, now)
  if (latest === undefined || state === 'none') {
    return { kind: 'answer', data: { saved: false, state }, text: `${none} Next: call save_session.` }
  }
  const { account, accountName, savedAt, version, summary } = latest
  return {
    kind: 'answer',
    data: {
      saved: true,
      state,
      account,
      cookies: summary.cookies,
      origins: summary.origins.length,
      savedAt,
      expiresAt: summary.expiresAt,
      version,
    },
    text: `The session of ${accountName ?? account} was saved at ${savedAt}: ${summary.cookies} cookies, version ${version}. ${words[state]}`,
  }
}
