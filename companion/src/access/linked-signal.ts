import { setMaxListeners } from 'node:events'

/**
 * Runs `act` with a signal that follows each of these, and lets go of them when it is done. (`AbortSignal.any` on Node 20
 * keeps what it made alive as long as its sources live, and ours live as long as the process.)
 */
export const withSignals = async <T>(
  sources: readonly AbortSignal[],
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const linked = new AbortController()
  const undo = sources.map((source) => {
    const follow = () => linked.abort(source.reason)
    // As many as there are calls; from the eleventh on Node would warn of a leak, on stderr.
    setMaxListeners(0, source)
    if (source.aborted) follow()
    source.addEventListener('abort', follow, { once: true })
    return () => source.removeEventListener('abort', follow)
  })
  try {
    return await act(linked.signal)
  } finally {
    for (const stop of undo) stop()
  }
}
