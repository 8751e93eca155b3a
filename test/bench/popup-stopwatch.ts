import type { Page } from 'puppeteer-core'
import { z } from 'zod'

/** Milliseconds from a click in the popup, as the browser stamped it: the worker has answered, the page says so, and it is painted. */
const clickTimes = z.object({ answered: z.number(), inPage: z.number(), painted: z.number() })
export type ClickTimes = z.output<typeof clickTimes>

/** The next click in this popup starts it; it stops when a status says this and did not say so before. */
export async function armStopwatch(popup: Page, says: string): Promise<{ times(): Promise<ClickTimes> }> {
  await popup.evaluate(watchForStatus, says)
  return { times: async () => clickTimes.parse(await popup.evaluate('globalThis.benchClick')) }
}

/** As far as it is used here: what a page of the extension asks its worker by. */
declare const browser: { runtime: { sendMessage(message: unknown): Promise<unknown> } }

/** Runs in the page. */
function watchForStatus(says: string): void {
  const said = (): string =>
    [...document.querySelectorAll('[role=status]')].map((status) => status.textContent ?? '').join(' ')
  const times = new Promise((resolve) => {
    const begin = ({ timeStamp }: Event): void => {
      const before = said()
      let answered = Number.NaN
      const ask = browser.runtime.sendMessage.bind(browser.runtime)
      browser.runtime.sendMessage = (message) =>
        ask(message).finally(() => {
          answered = performance.now() - timeStamp
        })
      const look = (): void => {
        if (said() === before || !said().includes(says)) return
        observer.disconnect()
        const inPage = performance.now() - timeStamp
        // A frame's callbacks come before it is painted; a message that is sent from there arrives after.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => resolve({ answered, inPage, painted: performance.now() - timeStamp }))
          port1.start()
          port2.postMessage('painted')
        })
      }
      const observer = new MutationObserver(look)
      observer.observe(document.body, { subtree: true, childList: true, characterData: true })
    }
    addEventListener('click', begin, { capture: true, once: true })
  })
  Object.assign(globalThis, { benchClick: times })
}

/** Milliseconds from a click that does nothing but write a word, until that is painted: what any receipt needs at the least. */
export async function timePlainClick(popup: Page): Promise<number> {
  await popup.evaluate(writeAtClick)
  await popup.mouse.click(4, 4)
  return z.number().parse(await popup.evaluate('globalThis.benchPlain'))
}

/** Runs in the page. */
function writeAtClick(): void {
  const times = new Promise((resolve) => {
    const write = ({ timeStamp }: Event): void => {
      document.body.append('.')
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => resolve(performance.now() - timeStamp))
        port1.start()
        port2.postMessage('painted')
      })
    }
    addEventListener('click', write, { capture: true, once: true })
  })
  Object.assign(globalThis, { benchPlain: times })
}

const paints = z.object({ first: z.number(), largest: z.number() })
export type Paints = z.output<typeof paints>

/** Milliseconds from the moment at which the popup came into being: its first content, and the largest piece of it. */
export async function paintsOf(popup: Page): Promise<Paints> {
  return paints.parse(await popup.evaluate(readPaints))
}

/** Runs in the page. */
function readPaints(): Promise<object> {
  const entriesOf = (type: string): Promise<PerformanceEntry[]> =>
    new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true })
    })
  return Promise.all([entriesOf('paint'), entriesOf('largest-contentful-paint')]).then(([paints, largest]) => ({
    first: paints.find(({ name }) => name === 'first-contentful-paint')?.startTime,
    largest: largest.at(-1)?.startTime,
  }))
}
