import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { until } from '../support/until.ts'

/** Milliseconds of the usual way to a session: over the debugging port, as every program on the machine may go it. */
export type DevtoolsCapture = {
  /** Connecting, and the storage state. */
  readonly whole: number
  /** The storage state alone, once connected. */
  readonly connected: number
  readonly cookies: number
}

/** Where a browser that was started with a debugging port has it. */
export async function debuggingAddress(profile: string): Promise<string> {
  const port = await until('the browser has its debugging port', async () => {
    const [first = ''] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')
    return first
  })
  return `http://127.0.0.1:${port}`
}

export async function captureOverDevtools(address: string): Promise<DevtoolsCapture> {
  const began = performance.now()
  const browser = await chromium.connectOverCDP(address)
  try {
    const [context] = browser.contexts()
    if (context === undefined) throw new Error('The browser shows no context over its debugging port.')
    const connected = performance.now()
    const { cookies } = await context.storageState()
    const ended = performance.now()
    return { whole: ended - began, connected: ended - connected, cookies: cookies.length }
  } finally {
    await browser.close()
  }
}
