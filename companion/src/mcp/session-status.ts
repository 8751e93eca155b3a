import { type Weather, weatherOf, weathers } from '@countersign/shared/session/weather'
import { weatherForAgent } from '@countersign/shared/session/weather-words'
import { z } from 'zod'
import type { PinnedTo } from '../access/account-pin.ts'
import { describeCall } from '../access/call-subjects.ts'
import type { Time } from '../time.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import type { Observations } from '../weather/observations.ts'
import { type Answer, answerShape } from './answer.ts'
import { tool, type Tool } from './tool.ts'

export const sessionStatusTool = (deps: {
  readonly vault: Pick<Vault, 'latest' | 'accountName'>
  readonly pinnedTo: PinnedTo
  readonly observations: Pick<Observations, 'observed'>
  readonly time: Pick<Time, 'wall'>
}): Tool =>
  tool({
    name: 'session_status',
    title: 'Look at the saved Upwork session',
    description: 'Tells whose Upwork session was saved last, how old it is and whether it should still be good.',
    kind: 'read',
    input: z.strictObject({}),
    output: answerShape.extend({ state: z.enum(weathers).optional() }),
    subjects: describeCall({}),
    run: (_input, { asker: { grant } }) => {
      // Of the others an agent that is only for one account learns nothing.
      const only = deps.pinnedTo(grant)
      const latest = deps.vault.latest(only ?? undefined)
      const observed = latest === undefined ? null : deps.observations.observed(latest)
      const saved = latest && { savedAt: latest.savedAt, ...latest.summary }
      const state = weatherOf(saved, observed, deps.time.wall())
      if (latest !== undefined) return Promise.resolve(answer(latest, state))
      const whose =
        only &&
        `No session of ${deps.vault.accountName(only) ?? only} is saved, which is the one that you may ask for. Next: call save_session.`
      return Promise.resolve({ kind: 'answer', data: { saved: false, state }, text: whose ?? weatherForAgent(state) })
    },
  })

const answer = (latest: Saved, state: Weather): Answer => {
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
    text: `The session of ${accountName ?? account} was saved at ${savedAt}: ${summary.cookies} cookies, version ${version}. ${weatherForAgent(state)}`,
  }
}
