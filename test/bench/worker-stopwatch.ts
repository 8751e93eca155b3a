import type { WebWorker } from 'puppeteer-core'
import { z } from 'zod'

/** Looks on from within the service worker. */
export type WorkerWatch = {
  /** Milliseconds of the last save, from the moment at which the worker was asked until all was read, sealed and handed to the socket. */
  lastReading(): Promise<number>
}

export async function watchWorker(worker: WebWorker): Promise<WorkerWatch> {
  await worker.evaluate(watch)
  return {
    lastReading: async () => z.number().parse(await worker.evaluate('globalThis.benchRead')),
  }
}

/** As far as it is used here. */
declare const chrome: { runtime: { onMessage: { addListener(listener: (message: unknown) => void): void } } }

/** Runs in the worker. The first frame after the question is the session's. */
function watch(): void {
  let asked: number | undefined
  chrome.runtime.onMessage.addListener((message: unknown) => {
    if (typeof message === 'object' && message !== null && Reflect.get(message, 'kind') === 'save')
      asked = performance.now()
  })
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (...args) {
    if (asked !== undefined) Object.assign(globalThis, { benchRead: performance.now() - asked })
    asked = undefined
    send.apply(this, args)
  }
}
