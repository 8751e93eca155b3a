import type { SealedTransport } from '@countersign/shared/channel/transport'
import { asCountersignError, CountersignError } from '@countersign/shared/errors'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { companionMethods } from '@countersign/shared/protocol/messages'
import type { Method } from '@countersign/shared/protocol/method'
import { createPeer, type Peer, type Route } from '@countersign/shared/protocol/peer'
import { protocolVersion } from '@countersign/shared/protocol/version'
import type { z } from 'zod'
import type { Link } from '../surface/messages.ts'
import type { Dialled } from './dial.ts'

type Greeting = z.output<typeof companionMethods.hello.result>

export type ConnectionDeps = {
  /** Looks for our companion; undefined while this browser is unpaired. Never throws for what is out there. */
  dial(signal: AbortSignal): Promise<Dialled | undefined>
  readonly version: string
  readonly routes: readonly Route[]
  /** The head of its ledger that this browser has signed last. */
  lastHead(): Promise<ChainHead | null>
  /** The id of this browser's session. */
  session(): Promise<string>
  /** The companion told all: who we are to it, its overview, the open prompts. */
  greeted(greeting: Greeting, last: ChainHead | null): Promise<void>
  /** What it told counts no longer: it may change while we are away. */
  lost(): void
  changed(): void
  readonly strangerAt: { get(): Promise<number | null>; set(at: number | null): Promise<void> }
  now(): number
}

export type Connection = {
  link(): Link
  /** Connects unless it is connected, connecting, or has met a stranger just now. Settles when the attempt is over. */
  wake(): Promise<void>
  /** The same for a person who looks: a search that is under way may have passed our port before it was there, so it begins anew. */
  look(): Promise<void>
  /** Takes over a channel that was just paired. Settles when the companion has told all. */
  adopt(transport: SealedTransport): Promise<void>
  /** Asks the companion to tell all again, as when a held browser has become a paired one. */
  refresh(): Promise<void>
  /** Ends what there is, and looks anew whether this browser is paired. */
  reset(): Promise<void>
  /** Throws a CountersignError; `not_running` when no companion is there to ask. */
  request<P extends z.ZodType, R extends z.ZodType>(
    method: Method<P, R>,
    params: z.output<P>,
    options?: { deadline?: number },
  ): Promise<z.output<R>>
}

/** Data has to flow for a service worker to stay alive, and a lost peer has to be noticed. */
const heartbeatEvery = 20_000
const heartbeatDeadline = 10_000
const longestPause = 30_000

export const createConnection = (deps: ConnectionDeps): Connection => {
  let link: Link = { state: 'connecting' }
  let peer: Peer | undefined
  let attempt: Promise<void> | undefined
  let searching = new AbortController()
  let failures = 0
  let retry: ReturnType<typeof setTimeout> | undefined

  const become = (next: Link['state']): void => {
    if (link.state === next) return
    link = { state: next }
    deps.changed()
  }

  const retryAfter = (pause: number): void => {
    clearTimeout(retry)
    // Chrome may stop the worker before this fires; the alarm, every 30 s, does it then.
    retry = setTimeout(() => void wake(), pause)
  }

  const retryLater = (): void => {
    retryAfter(Math.min(longestPause, 1_000 * 2 ** failures))
    failures += 1
  }

  const search = async (signal: AbortSignal): Promise<void> => {
    const metAt = await deps.strangerAt.get()
    const rest = metAt === null ? 0 : metAt + longestPause - deps.now()
    // A stranger hears from us at most every 30 s, however often the popup is opened. (A clock set back doesn't count.)
    if (rest > 0 && rest <= longestPause) {
      become('foreign')
      return retryAfter(rest)
    }
    const dialled = await deps.dial(signal)
    if (dialled === undefined) return become('unpaired')
    await deps.strangerAt.set(dialled.kind === 'foreign' ? deps.now() : null)
    switch (dialled.kind) {
      case 'ours':
        return hold(dialled.transport)
      case 'unknown-here':
        // The pin stays: a program in between could have cut us off. She may pair anew, which replaces it.
        become('unpaired')
        return retryAfter(longestPause)
      case 'foreign':
        become('foreign')
        return retryAfter(longestPause)
      case 'not-running':
        become('not-running')
        return retryLater()
    }
  }

  const hold = async (transport: SealedTransport): Promise<void> => {
    const held = createPeer(transport, deps.routes)
    peer = held
    clearTimeout(retry)
    const beat = setInterval(() => {
      held.request(companionMethods.heartbeat, {}, { deadline: heartbeatDeadline }).catch(() => held.close())
    }, heartbeatEvery)
    void held.closed.then(() => {
      clearInterval(beat)
      if (peer !== held) return
      peer = undefined
      deps.lost()
      if (link.state !== 'mismatch' && link.state !== 'unpaired') become('connecting')
      retryLater()
    })
    try {
      await greet(held)
      failures = 0
    } catch (thrown) {
      const { code } = asCountersignError(thrown)
      if (code === 'protocol_mismatch' || code === 'frame_malformed') become('mismatch')
      await held.close()
    }
  }

  const greet = async (held: Peer): Promise<void> => {
    const [head, session] = await Promise.all([deps.lastHead(), deps.session()])
    const about = { protocol: protocolVersion, version: deps.version, head, session }
    const greeting = await held.request(companionMethods.hello, about)
    if (greeting.protocol !== protocolVersion) throw new CountersignError('protocol_mismatch')
    await deps.greeted(greeting, head)
    if (peer === held) become(greeting.standing === 'held' ? 'held' : 'connected')
  }

  const wake = (): Promise<void> => {
    if (peer !== undefined) return Promise.resolve()
    if (attempt !== undefined) return attempt
    searching = new AbortController()
    attempt = search(searching.signal)
      .catch(() => retryLater())
      .finally(() => {
        attempt = undefined
      })
    return attempt
  }

  const look = async (): Promise<void> => {
    if (attempt !== undefined && peer === undefined) {
      searching.abort()
      await attempt
    }
    await wake()
  }

  const end = async (): Promise<void> => {
    await attempt
    const held = peer
    peer = undefined
    clearTimeout(retry)
    failures = 0
    deps.lost()
    await held?.close()
  }

  return {
    link: () => link,
    wake,
    look,
    async adopt(transport) {
      await end()
      await deps.strangerAt.set(null)
      await hold(transport)
    },
    async refresh() {
      if (peer !== undefined) await greet(peer)
    },
    async reset() {
      await end()
      become('connecting')
      await wake()
    },
    request(method, params, options) {
      if (peer === undefined) return Promise.reject(new CountersignError('not_running'))
      return peer.request(method, params, options)
    },
  }
}
