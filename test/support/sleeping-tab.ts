import type { Extension } from './extension.ts'
import { until } from './until.ts'

/** A tab that Chrome has put to sleep. It has another target from then on, so its page is of no more use. */
export type SleepingTab = AsyncDisposable & { isAsleep(): Promise<boolean> }

/** Puts the one tab at such an address to sleep, as Chrome does when memory is short; it is closed in the end. */
export async function discardTab(extension: Extension, pattern: string): Promise<SleepingTab> {
  const tabs = `chrome.tabs.query({ url: ${JSON.stringify(pattern)} })`
  const run = async (then: string): Promise<unknown> => (await extension.worker()).evaluate(`${tabs}.then(${then})`)
  const isAsleep = async (): Promise<boolean> => (await run('([tab]) => tab.discarded')) === true

  await run('([tab]) => chrome.tabs.discard(tab.id)')
  await until('the tab is asleep', isAsleep)
  return { isAsleep, [Symbol.asyncDispose]: async () => void (await run('([tab]) => chrome.tabs.remove(tab.id)')) }
}
