import { CountersignError } from '@countersign/shared/errors'
import { companionMethods, type Receipt } from '@countersign/shared/protocol/messages'
import type { Overview } from '@countersign/shared/protocol/overview'
import { route, type Route } from '@countersign/shared/protocol/peer'
import { protocolVersion } from '@countersign/shared/protocol/version'
import type { z } from 'zod'
import type { Acts } from '../access/acts.ts'
import type { Pause } from '../access/pause.ts'
import type { Broker, Refused } from '../approvals/broker.ts'
import type { ConnectedBrowser } from './browsers.ts'

/** What stands behind the methods that a browser may call. */
export type BrowserServices = {
  readonly broker: Pick<Broker, 'answer' | 'promptsFor'>
  readonly saves: {
    fromClick(
      from: ConnectedBrowser,
      params: z.output<(typeof companionMethods)['save']['params']>,
    ): Promise<Receipt | Refused>
  }
  readonly pause: Pick<Pause, 'pause'>
  readonly acts: Pick<Acts, 'perform'>
  overviewFor(browser: ConnectedBrowser): Overview
}

/** One browser's own connection, as its methods see it. */
export type Caller = {
  readonly browser: ConnectedBrowser
  /** Looked up at each call, since it changes under a connection; undefined when the pin is gone. */
  standing(): 'held' | 'paired' | undefined
  /** It has said hello in our version. */
  greeted(): void
}

/** All that a browser may call. One that is held may say hello and keep its connection alive, and nothing else. */
export const browserRoutes = (
  { broker, saves, pause, acts, overviewFor }: BrowserServices,
  { browser, standing, greeted }: Caller,
): readonly Route[] => {
  const requirePaired = () => {
    if (standing() !== 'paired') throw new CountersignError('not_paired')
  }

  return [
    route(companionMethods.hello, async ({ protocol }) => {
      if (protocol !== protocolVersion) throw new CountersignError('protocol_mismatch')
      const now = standing()
      if (now === undefined) throw new CountersignError('not_paired')
      greeted()
      if (now === 'held') return { protocol: protocolVersion, standing: now, overview: null, prompts: [] }
      const prompts = [...broker.promptsFor(browser)]
      return { protocol: protocolVersion, standing: now, overview: overviewFor(browser), prompts }
    }),
    route(companionMethods.save, async (params) => {
      requirePaired()
      return told(await saves.fromClick(browser, params))
    }),
    route(companionMethods.answer, async (signed) => {
      requirePaired()
      return told(await broker.answer(browser, signed))
    }),
    route(companionMethods.pause, async () => {
      requirePaired()
      await pause.pause(browser.label)
      return {}
    }),
    route(companionMethods.act, async (asked) => {
      requirePaired()
      return told(await acts.perform(browser, asked))
    }),
    route(companionMethods.heartbeat, async () => ({})),
  ]
}

/** A refusal has its own fields on the wire; what else it carries is for agents. */
const told = <T extends { readonly kind: string }>(answer: T | Refused) =>
  isRefused(answer) ? { kind: answer.kind, code: answer.code, reason: answer.reason, next: answer.next } : answer

const isRefused = (answer: { readonly kind: string }): answer is Refused => answer.kind === 'refused'
