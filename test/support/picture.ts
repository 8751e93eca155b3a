import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Page } from 'puppeteer-core'

/** A picture of a page as it stands, in light or dark. */
export async function takePicture(
  page: Page,
  path: `${string}.png`,
  scheme: 'light' | 'dark' = 'light',
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.evaluate(stillness)
  await page.screenshot({ path })
  await page.emulateMediaFeatures([])
}

/** Runs in the page: waits until nothing fades or moves any more, but for what moves forever. */
export async function stillness(): Promise<void> {
  // A page that nobody sees draws nothing.
  if (document.visibilityState === 'hidden') return
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
  await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)))
}
