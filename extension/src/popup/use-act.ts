import { useState } from 'preact/hooks'
import type { SurfaceAnswer, SurfaceRequest } from '../surface/messages.ts'
import type { Worker } from './worker.ts'

/** What the person did last on this page, and what came of it. One thing at a time. */
export type Act = {
  /** Under way; null when nothing is. */
  readonly running: SurfaceRequest | null
  /** How the last one ended; null before, and after the next began. */
  readonly ended: { readonly request: SurfaceRequest; readonly answer: SurfaceAnswer; readonly at: number } | null
  run(request: SurfaceRequest): void
  /** Forgets how the last one ended. */
  forget(): void
}

export const useAct = (worker: Worker): Act => {
  const [running, setRunning] = useState<SurfaceRequest | null>(null)
  const [ended, setEnded] = useState<Act['ended']>(null)

  const run = async (request: SurfaceRequest): Promise<void> => {
    setRunning(request)
    setEnded(null)
    const answer = await worker.ask(request)
    setRunning(null)
    setEnded({ request, answer, at: Date.now() })
  }
  return {
    running,
    ended,
    run(request) {
      if (running === null) void run(request)
    },
    forget: () => setEnded(null),
  }
}
