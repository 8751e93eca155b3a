import { refusal, type ErrorCode } from '@countersign/shared/errors'
import browser, { type Runtime } from 'webextension-polyfill'
import {
  surfaceAnswer,
  surfacePort,
  surfaceState,
  type SurfaceAnswer,
  type SurfaceRequest,
  type SurfaceState,
} from '../surface/messages.ts'

/** The service worker, as the page sees it. */
export type Worker = {
  /** Calls at once and after each change; with null when the worker went away and is being woken again. */
  listen(listener: (state: SurfaceState | null) => void): () => void
  /** Never throws: what went wrong comes as a refusal. */
  ask(request: SurfaceRequest): Promise<SurfaceAnswer>
}

/** Milliseconds that the worker may take; the companion's own deadline for a request is 30 s. */
const patience = 40_000
/** Milliseconds before a worker that went away is woken again. */
const pause = 250

export const createWorker = (): Worker => ({
  listen(listener) {
    let port: Runtime.Port | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false

    const connect = () => {
      port = browser.runtime.connect({ name: surfacePort })
      port.onMessage.addListener((message: unknown) => {
        const state = surfaceState.safeParse(message)
        if (state.success) listener(state.data)
      })
      port.onDisconnect.addListener(() => {
        if (stopped) return
        listener(null)
        timer = setTimeout(connect, pause)
      })
    }

    connect()
    return () => {
      stopped = true
      clearTimeout(timer)
      port?.disconnect()
    }
  },

  async ask(request) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<SurfaceAnswer>((resolve) => {
      timer = setTimeout(() => resolve(refused('peer_timeout')), patience)
    })
    try {
      return await Promise.race([answerOf(request), late])
    } catch {
      // The worker was stopped before it answered.
      return refused('peer_closed')
    } finally {
      clearTimeout(timer)
    }
  },
})

const answerOf = async (request: SurfaceRequest): Promise<SurfaceAnswer> => {
  const answer: unknown = await browser.runtime.sendMessage(request)
  const parsed = surfaceAnswer.safeParse(answer)
  return parsed.success ? parsed.data : refused('frame_malformed')
}

const refused = (code: ErrorCode): SurfaceAnswer => {
  const { reason, next } = refusal(code)
  return { kind: 'refused', code, reason, next }
}
