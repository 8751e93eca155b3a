import { beforePress } from './before-press.ts'
import type { Stage, Tour } from './stage.ts'

/** The icon, then "Save session", and the receipt. */
export function saveByClick(tour: Tour, { extension, tab }: Stage): Promise<void> {
  const { teller, album, look } = tour
  return teller.step('She clicks "Save session"', async (note) => {
    await using popup = await extension.openPopup(tab)
    await beforePress(tour, popup, 'Save session', 'home')
    await popup.press('Save session')
    await popup.says('status', 'Saved')
    const receipt = await popup.find('status')
    note((await receipt?.evaluate((status) => (status instanceof HTMLElement ? status.innerText : ''))) ?? '')
    await album.take(popup.page, 'receipt')
    await look()
  })
}
