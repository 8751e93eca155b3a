import type { Stage, Tour } from './stage.ts'

/** The icon, then "Save session", and the receipt. */
export function saveByClick({ teller, album, look }: Tour, { extension, tab }: Stage): Promise<void> {
  return teller.step('She clicks "Save session"', async (note) => {
    await using popup = await extension.openPopup(tab)
    await popup.find('button', 'Save session')
    await album.take(popup.page, 'home')
    await look()
    await popup.press('Save session')
    note(await popup.says('status', 'Saved'))
    await album.take(popup.page, 'receipt')
    await album.take(popup.page, 'receipt-dark', 'dark')
    await look()
  })
}
