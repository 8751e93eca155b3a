import { useEffect, useState } from 'preact/hooks'
import type { SurfaceAnswer, SurfaceRequest } from '../surface/messages.ts'
import type { Worker } from './worker.ts'

/**
 * What the worker answers to a question that only looks; null until it has, and while there is no question. The last answer to the same
 * question stays until the next one is there.
 *
 * @param stamp asked anew whenever it changes
 */
export const useLook = (worker: Worker, question: Looking | null, stamp: string): SurfaceAnswer | null => {
  const asked = JSON.stringify(question)
  const [found, setFound] = useState<{ asked: string; answer: SurfaceAnswer } | null>(null)
  useEffect(() => {
    if (question === null) return undefined
    let current = true
    void worker.ask(question).then((answer) => {
      if (current) setFound({ asked, answer })
    })
    return () => {
      current = false
    }
  }, [worker, asked, stamp])
  return found?.asked === asked ? found.answer : null
}

type Looking = Extract<SurfaceRequest, { kind: 'history' | 'difference' }>
