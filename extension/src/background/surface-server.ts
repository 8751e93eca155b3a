import { refusal, refusalOf, type Refusal } from '@countersign/shared/errors'
import type { Runtime } from 'webextension-polyfill'
import {
  type SurfaceAnswer,
  surfaceAnswer,
  surfacePort,
  type SurfaceRequest,
  surfaceRequest,
  type SurfaceState,
} from '../surface/messages.ts'

export type SurfaceServer = {
  /** For `runtime.onConnect`: a page of ours hears the whole state now and after each change. */
  connect(port: Runtime.Port): void
  /** For `runtime.onMessage`. Always answers; what is none of ours hears `frame_malformed`. */
  message(message: unknown, sender: Runtime.MessageSender, respond: (answer: unknown) => void): true
  /** Something of the state has changed. */
  push(): void
  isAnyConnected(): boolean
}

export type SurfaceServerDeps = {
  readonly extensionId: string
  /** The full address of popup.html. */
  readonly page: string
  state(): Promise<SurfaceState>
  handle(request: SurfaceRequest): Promise<SurfaceAnswer>
  /** A page has just been opened. */
  opened(): void
}

/** True for our own popup or approval window; a content script or another page of ours is not one. */
export const isSurface = (
  { id, url = '' }: Pick<Runtime.MessageSender, 'id' | 'url'>,
  extensionId: string,
  page: string,
): boolean => id === extensionId && (url === page || url.startsWith(`${page}?`) || url.startsWith(`${page}#`))

export const createSurfaceServer = (deps: SurfaceServerDeps): SurfaceServer => {
  const ports = new Set<Runtime.Port>()
  let due = false

  const pushNow = async (): Promise<void> => {
    due = false
    const state = await deps.state()
    for (const port of ports) {
      try {
        port.postMessage(state)
      } catch {
        ports.delete(port)
      }
    }
  }

  // Changes come in bundles; one picture of the end of a bundle is enough.
  const push = (): void => {
    if (due || ports.size === 0) return
    due = true
    queueMicrotask(() => void pushNow().catch(() => undefined))
  }

  const answer = async (request: SurfaceRequest): Promise<SurfaceAnswer> => {
    try {
      return await deps.handle(request)
    } catch (thrown) {
      return refused(refusalOf(thrown))
    }
  }

  return {
    connect(port) {
      const known = port.sender !== undefined && isSurface(port.sender, deps.extensionId, deps.page)
      if (port.name !== surfacePort || !known) return port.disconnect()
      ports.add(port)
      port.onDisconnect.addListener(() => ports.delete(port))
      push()
      deps.opened()
    },
    message(message, sender, respond) {
      const request = surfaceRequest.safeParse(message)
      const ours = isSurface(sender, deps.extensionId, deps.page)
      const given =
        ours && request.success ? answer(request.data) : Promise.resolve(refused(refusal('frame_malformed')))
      void given.then((value) => respond(surfaceAnswer.encode(value)))
      return true
    },
    push,
    isAnyConnected: () => ports.size > 0,
  }
}

const refused = ({ code, reason, next }: Refusal): SurfaceAnswer => ({ kind: 'refused', code, reason, next })
