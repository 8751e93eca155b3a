import { CountersignError } from '@countersign/shared/errors'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { companionMethods, type Receipt } from '@countersign/shared/protocol/messages'
import type { LedgerAsker } from '@countersign/shared/ledger/row'
import type { Overview } from '@countersign/shared/protocol/overview'
import { route, type Route } from '@countersign/shared/protocol/peer'
import { protocolVersion } from '@countersign/shared/protocol/version'
import type { z } from 'zod'
import type { Acts } from '../access/acts.ts'
import type { Pause } from '../access/pause.ts'
import type { SessionViews } from '../access/session-views.ts'
import type { Broker, Refused } from '../approvals/broker.ts'
import type { Remembered } from '../approvals/remembered.ts'
import type { Observations } from '../weather/observations.ts'
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
  readonly history: SessionViews
  readonly pause: Pick<Pause, 'pause'>
  /** Throws `no_such_agent`. @param by the browser's label */
  mute(grant: string, by: string): void
  readonly acts: Pick<Acts, 'perform'>
  readonly observations: Pick<Observations, 'heard'>
  readonly remembered: Pick<Remembered, 'forget'>
  /** A released copy; one that has ended is none any more. */
  endReleased(id: string, by: LedgerAsker): void
  readonly ledger: {
    head(): ChainHead
    /** It counts from now on, and has signed this head last. */
    met(browser: ConnectedBrowser, last: ChainHead | null): void
  }
  overviewFor(browser: ConnectedBrowser): Overview
}

/** One browser's own connection, as its methods see it. */
export type Caller = {
  readonly browser: ConnectedBrowser
  /** Looked up at each call, since it changes under a connection; undefined when the pin is gone. */
  standing(): 'held' | 'paired' | undefined
  /** Whether it counts as connected: paired, greeted, and its key is not under suspicion. */
  counts(): boolean
  /** It has said hello in our version. */
  greeted(said: Greeting): void
}

/** What counts of a hello: the head of the ledger that it has signed last, and the id of its session. */
export type Greeting = { readonly last: ChainHead | null; readonly session: string }

type Asked = z.output<(typeof companionMethods)['act']['params']>

/** All that a browser may call. One that is held may say hello and keep its connection alive, and nothing else. */
export const browserRoutes = (
  {
    broker,
    saves,
    history,
    pause,
    mute,
    acts,
    observations,
    remembered,
    endReleased,
    ledger,
    overviewFor,
  }: BrowserServices,
  { browser, standing, counts, greeted }: Caller,
): readonly Route[] => {
  const requirePaired = () => {
    if (standing() !== 'paired') throw new CountersignError('not_paired')
  }
  const requireTrusted = () => {
    requirePaired()
    if (!counts()) throw new CountersignError('browser_doubled')
  }
  /** What a browser may do whose key is under suspicion: look at just that, and leave. It may be the copy that asks. */
  const isLook = ({ act }: Asked) => {
    if (act.tool === 'looked') return act.alarm === 'browser_doubled' && act.about === browser.fingerprint
    return act.tool === 'unpair' && act.fingerprint === browser.fingerprint
  }

  return [
    route(companionMethods.hello, async ({ protocol, head, session }) => {
      if (protocol !== protocolVersion) throw new CountersignError('protocol_mismatch')
      const now = standing()
      if (now === undefined) throw new CountersignError('not_paired')
      greeted({ last: head, session })
      const greeting = { protocol: protocolVersion, standing: now }
      if (now === 'held') return { ...greeting, ledger: null, overview: null, prompts: [] }
      const prompts = counts() ? [...broker.promptsFor(browser)] : []
      return { ...greeting, ledger: ledger.head(), overview: overviewFor(browser), prompts }
    }),
    route(companionMethods.save, async (params) => {
      requireTrusted()
      return told(await saves.fromClick(browser, params))
    }),
    route(companionMethods.observe, async (observation) => {
      requireTrusted()
      observations.heard(browser, observation)
      return {}
    }),
    route(companionMethods.answer, async (signed) => {
      requireTrusted()
      return told(await broker.answer(browser, signed))
    }),
    route(companionMethods.history, async ({ account }) => {
      requireTrusted()
      return told(history.history(account))
    }),
    route(companionMethods.difference, async ({ account, from, to }) => {
      requireTrusted()
      return told(history.difference(account, from, to))
    }),
    route(companionMethods.pause, async () => {
      requirePaired()
      await pause.pause(browser.label)
      return {}
    }),
    route(companionMethods.forget, async ({ id }) => {
      requirePaired()
      remembered.forget(id, { kind: 'browser', label: browser.label })
      return {}
    }),
    route(companionMethods.endReleased, async ({ id }) => {
      requirePaired()
      endReleased(id, { kind: 'browser', label: browser.label })
      return {}
    }),
    route(companionMethods.mute, async ({ grant }) => {
      requirePaired()
      mute(grant, browser.label)
      return {}
    }),
    route(companionMethods.act, async (asked) => {
      if (isLook(asked)) requirePaired()
      else requireTrusted()
      return told(await acts.perform(browser, asked))
    }),
    route(companionMethods.heartbeat, async () => ({})),
  ]
}

/** A refusal has its own fields on the wire; what else it carries is for agents. */
const told = <T extends { readonly kind: string }>(answer: T | Refused) =>
  isRefused(answer) ? { kind: answer.kind, code: answer.code, reason: answer.reason, next: answer.next } : answer

const isRefused = (answer: { readonly kind: string }): answer is Refused => answer.kind === 'refused'
