import { z } from 'zod'
import { until } from '../support/until.ts'
import { beforePress } from './before-press.ts'
import type { Stage, Tour } from './stage.ts'
import { whileItAsks } from './while-it-asks.ts'

const offered = z.object({ code: z.string(), url: z.string(), expiresAt: z.string() })
const paired = z.object({ paired: z.literal(true), browser: z.string(), fingerprint: z.string() })

/** `countersign pair`, its link opened in the browser, and "Pair" in the popup that comes up with the code filled in. */
export function pairUp(tour: Tour, { companion, chromium, extension, tab }: Stage): Promise<void> {
  const { teller, album, look } = tour
  return teller.step('She pairs: opens the link, presses "Pair" in the popup', async (note) => {
    await using command = companion.begin(['pair', '--json'])
    const { code, url } = await command.line(offered)
    const page = await chromium.open(url)
    await using popup = await whileItAsks(command, extension.popup())
    await until('the popup has the code of the link', async () => {
      const field = await popup.find('textbox', 'Pairing code')
      return (await field?.evaluate((input) => 'value' in input && input.value)) === code
    })
    await beforePress(tour, popup, 'Pair', 'pairing')
    await popup.press('Pair')

    const terminal = await command.line(paired)
    const said = await popup.says('status', 'Paired')
    const shown = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(said)?.[0]
    if (shown !== terminal.fingerprint) {
      throw new Error(`The popup shows ${shown ?? 'no fingerprint'}, the terminal ${terminal.fingerprint}.`)
    }
    note(`popup and terminal show the same fingerprint: ${shown}`)
    await album.take(popup.page, 'paired')
    await look()
    await page.close()
    await tab.bringToFront()
  })
}
