import { z } from 'zod'
import { parseBoundedJson } from '../bounded-json.ts'
import type { SealedTransport } from '../channel/transport.ts'
import { deferred } from '../deferred.ts'
import { asCountersignError, CountersignError, isErrorCode } from '../errors.ts'
import type { Method } from './method.ts'

const envelope = z.union([
  z.strictObject({ id: z.int(), method: z.string(), params: z.unknown() }),
  z.strictObject({ id: z.int(), result: z.unknown() }),
  z.strictObject({ id: z.int(), error: z.strictObject({ code: z.string(), message: z.string(), next: z.string() }) }),
  z.strictObject({ cancel: z.int() }),
])

export type CallContext = { readonly signal: AbortSignal }

/** A method bound to what answers it. */
export type Route = { readonly name: string; run(params: unknown, context: CallContext): Promise<unknown> }

export const route = <P extends z.ZodType, R extends z.ZodType>(
  { name, params, result }: Method<P, R>,
  answer: (params: z.output<P>, context: CallContext) => Promise<z.output<R>>,
): Route => ({
  name,
  async run(raw, context) {
    const parsed = params.safeParse(raw)
    if (!parsed.success) throw new CountersignError('frame_malformed', { cause: parsed.error })
    return z.encode(result, await answer(parsed.data, context))
  },
})

export type Peer = {
  /** Asks the other end. Throws a CountersignError: its own code, `peer_timeout` or `peer_closed`; an abort cancels there, too. */
  request<P extends z.ZodType, R extends z.ZodType>(
    method: Method<P, R>,
    params: z.output<P>,
    options?: { signal?: AbortSignal; deadline?: number },
  ): Promise<z.output<R>>
  /** Settles when the transport has ended, however it did. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** Milliseconds that an answer may take unless the caller says otherwise. */
const defaultDeadline = 30_000

type Waiting = { settle(answer: unknown): void; fail(error: CountersignError): void }

/** Requests and answers over one sealed transport; both ends are alike. */
export const createPeer = (transport: SealedTransport, routes: readonly Route[]): Peer => {
  const byName = new Map(routes.map((known) => [known.name, known]))
  const waiting = new Map<number, Waiting>()
  const running = new Map<number, AbortController>()
  let lastId = 0
  let ended = false
  const end = deferred<void>()

  /** False when it could not go out: the transport has died (its owner knows), or the message is too large for a frame. */
  const say = async (message: z.input<typeof envelope>): Promise<boolean> => {
    try {
      await transport.send(JSON.stringify(message))
      return true
    } catch {
      return false
    }
  }

  const answer = async (id: number, name: string, params: unknown): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const known = byName.get(name)
      if (known === undefined) throw new CountersignError('frame_malformed')
      const result = await known.run(params, { signal: controller.signal })
      if (!(await say({ id, result })) && !ended) throw new CountersignError('message_too_large')
    } catch (thrown) {
      const { code, message, next } = asCountersignError(thrown)
      await say({ id, error: { code, message, next } })
    } finally {
      running.delete(id)
    }
  }

  const receive = (text: string): void => {
    const parsed = parseEnvelope(text)
    if (parsed === undefined) {
      void transport.close()
      return
    }
    if ('method' in parsed) void answer(parsed.id, parsed.method, parsed.params)
    else if ('cancel' in parsed) running.get(parsed.cancel)?.abort()
    else if ('error' in parsed) waiting.get(parsed.id)?.fail(errorOf(parsed.error))
    else waiting.get(parsed.id)?.settle(parsed.result)
  }

  transport.listen({
    message: receive,
    closed() {
      ended = true
      for (const { fail } of waiting.values()) fail(new CountersignError('peer_closed'))
      for (const controller of running.values()) controller.abort()
      end.resolve(undefined)
    },
  })

  return {
    async request(method, params, { signal, deadline = defaultDeadline } = {}) {
      if (ended) throw new CountersignError('peer_closed')
      signal?.throwIfAborted()
      const id = ++lastId
      const answered = deferred<unknown>()
      // It may fail while the question is still on its way out, when nobody waits for it yet.
      answered.promise.catch(() => undefined)
      waiting.set(id, { settle: answered.resolve, fail: answered.reject })
      const timer = setTimeout(() => answered.reject(new CountersignError('peer_timeout')), deadline)
      const abort = () => answered.reject(new CountersignError('cancelled'))
      signal?.addEventListener('abort', abort)
      try {
        if (!(await say({ id, method: method.name, params: z.encode(method.params, params) }))) {
          throw new CountersignError(ended ? 'peer_closed' : 'message_too_large')
        }
        const result = method.result.safeParse(await answered.promise)
        if (!result.success) throw new CountersignError('frame_malformed', { cause: result.error })
        return result.data
      } catch (thrown) {
        const error = asCountersignError(thrown)
        if (error.code === 'cancelled' || error.code === 'peer_timeout') await say({ cancel: id })
        throw error
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        waiting.delete(id)
      }
    },
    closed: end.promise,
    close: () => transport.close(),
  }
}

const parseEnvelope = (text: string): z.output<typeof envelope> | undefined => {
  try {
    return envelope.safeParse(parseBoundedJson(text)).data
  } catch {
    return undefined
  }
}

const errorOf = ({ code, message, next }: { code: string; message: string; next: string }): CountersignError =>
  new CountersignError(isErrorCode(code) ? code : 'internal', { message, next })
