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
  await page.screenshot({ path })
  await page.emulateMediaFeatures([])
}
