/** One act for one yes, however many calls wait for it; it is called off when none of them does any more. */
export type Once<K extends object, T> = {
  run(key: K, signal: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T>
}

type Running<T> = { readonly result: Promise<T>; readonly ends: AbortController; waiting: number }

export const createOnce = <K extends object, T>(): Once<K, T> => {
  const known = new WeakMap<K, Running<T>>()
  return {
    run: async (key, signal, act) => {
      const ends = new AbortController()
      const running = known.get(key) ?? { result: act(ends.signal), ends, waiting: 0 }
      known.set(key, running)
      running.waiting += 1
      const leave = () => {
        running.waiting -= 1
        if (running.waiting === 0) running.ends.abort(signal.reason)
      }
      if (signal.aborted) leave()
      signal.addEventListener('abort', leave, { once: true })
      try {
        return await running.result
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
  }
}
