import { useEffect, useState } from 'preact/hooks'
import type { SurfaceState } from '../surface/messages.ts'
import { recall, remember } from './last-known.ts'
import type { Worker } from './worker.ts'

/** The state to show: the last known until the worker has spoken, then the worker's. */
export const useSurface = (worker: Worker): SurfaceState | null => {
  const [state, setState] = useState(() => recall(localStorage))

  useEffect(
    () =>
      worker.listen((next) => {
        if (next === null) setState((last) => last && { ...last, link: whileAway(last.link) })
        else {
          remember(localStorage, next)
          setState(next)
        }
      }),
    [worker],
  )
  return state
}

// A worker that is being woken says nothing of the pairing; only a connection is in doubt.
const whileAway = (link: SurfaceState['link']): SurfaceState['link'] =>
  link.state === 'connected' ? { state: 'connecting' } : link
