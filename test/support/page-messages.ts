import { prompt, promptDigest, type Prompt } from '@countersign/shared/approval/prompt'
import type { Page } from 'puppeteer-core'
import { z } from 'zod'
import { until } from './until.ts'

const told = z.object({ prompts: z.array(prompt) })
const answered = z.looseObject({ kind: z.string(), code: z.string().optional() })

/** Asks the service worker for something from within a page of the extension, past all that the page itself checks. */
export async function askWorker(page: Page, message: object): Promise<z.output<typeof answered>> {
  return answered.parse(await page.evaluate(`chrome.runtime.sendMessage(${JSON.stringify(message)})`))
}

/** The open questions as the worker tells its pages of them, once there are so many. */
export function openPrompts(page: Page, amount = 1): Promise<readonly Prompt[]> {
  return until(`${amount} questions are open`, async () => {
    const state = await page.evaluate(`new Promise((resolve) => {
      const port = chrome.runtime.connect({ name: 'surface' })
      port.onMessage.addListener((state) => { port.disconnect(); resolve(state) })
      port.onDisconnect.addListener(() => resolve({ prompts: [] }))
    })`)
    const { prompts } = told.parse(state)
    return prompts.length === amount && prompts
  })
}

/** The message with which the page would answer this question. */
export async function answerTo(asked: Prompt, answer: 'approve' | 'deny' = 'approve') {
  const once = { lasts: 'once', sameArguments: false, keepAsking: false }
  return { kind: 'answer', id: asked.id, shown: await promptDigest(asked), answer, reason: null, ...once }
}
