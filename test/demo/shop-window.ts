import { mkdir } from 'node:fs/promises'
import { sep } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { stillness } from '../support/picture.ts'
import { until } from '../support/until.ts'
import { letAgentIn } from './ask.ts'
import { pairUp } from './pair.ts'
import { saveByClick } from './save.ts'
import { setStage, type Tour } from './stage.ts'
import { whileItAsks } from './while-it-asks.ts'

/** Pixels of CSS; the pictures have twice as many. */
const tabSize = { width: 920, height: 640 } as const

/** A popup takes its sharpness from the screen, and from nothing else. */
const sharpScreen = ['--force-device-scale-factor=2', '--screen-info={3200x2400}']

const schemes = ['light', 'dark'] as const
type Scheme = (typeof schemes)[number]

/** The pictures of the README: the agent's question, in the popup over the tab that it is about, by day and by night. */
export async function paintShopWindow(tour: Tour, folder: string): Promise<void> {
  const stage = await setStage(tour, sharpScreen)
  await pairUp(tour, stage)
  await saveByClick(tour, stage)
  const agent = await letAgentIn(tour, stage)

  await tour.teller.step('The agent asks, and its question is painted', async (note) => {
    const { chromium, extension, tab } = stage
    await using asking = agent('To read your Best matches while you are away.')
    await using prompt = await whileItAsks(asking, extension.popup(20))
    await prompt.question('save_session')
    await until('"Approve" can be pressed', () => prompt.isEnabled('Approve'))

    // All of the popup first: it closes when another page comes to the front.
    const popup = await bothSchemes(prompt.page)
    await tab.setViewport({ ...tabSize, deviceScaleFactor: 2 })
    const behind = await bothSchemes(tab)
    await prompt.press('Deny')

    await mkdir(folder, { recursive: true })
    for (const scheme of schemes) {
      const path = `${folder}${sep}${scheme === 'light' ? 'prompt' : 'prompt-dark'}.png` as const
      await compose(chromium.browser, { behind: behind[scheme], popup: popup[scheme], path })
      note(path)
    }
  })
}

async function bothSchemes(page: Page): Promise<Record<Scheme, string>> {
  return { light: await sharp(page, 'light'), dark: await sharp(page, 'dark') }
}

async function sharp(page: Page, scheme: Scheme): Promise<string> {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.evaluate(stillness)
  return `data:image/png;base64,${await page.screenshot({ encoding: 'base64' })}`
}

/** Both as they were, the popup where Chrome hangs it: below the toolbar's right end. */
async function compose(
  browser: Browser,
  { behind, popup, path }: { behind: string; popup: string; path: `${string}.png` },
): Promise<void> {
  const page = await browser.newPage()
  try {
    await page.setViewport({ width: tabSize.width + 48, height: tabSize.height + 56, deviceScaleFactor: 2 })
    await page.setContent(`<style>
      body { margin: 0; padding: 20px 24px 36px }
      figure { position: relative; height: ${tabSize.height}px; margin: 0; border-radius: 14px; overflow: hidden }
      figure { box-shadow: 0 0 0 1px #8883, 0 10px 24px #0003 }
      img { display: block }
      .behind { width: ${tabSize.width}px }
      /* A picture has two pixels for each of the page's. */
      .popup { zoom: 0.5; position: absolute; top: 16px; right: 20px; border-radius: 12px }
      .popup { box-shadow: 0 0 0 2px #8885, 0 16px 64px #0007 }
      </style><figure><img class="behind" src="${behind}"><img class="popup" src="${popup}"></figure>`)
    await page.screenshot({ path, omitBackground: true })
  } finally {
    await page.close()
  }
}
