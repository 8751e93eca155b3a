import { expect, test } from 'vitest'
import { z } from 'zod'
import { refusal } from '../support/pairing.ts'
import { holds } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { openWorld } from '../support/world.ts'

// What the terminal asks for, she can click herself: an account's page has its versions, and all that can be done about them.

const listed = z.object({ accounts: z.array(z.object({ versions: z.array(z.looseObject({ version: z.int() })) })) })

test('an account’s page in the popup compares, restores, names and forgets by her clicks, also while agents are paused, and gives way to questions', async () => {
  await using world = await openWorld()
  await world.signIn('example-freelancer')
  await world.pair()
  const { companion, extension, tab } = world
  await using popup = await extension.openPopup(tab)
  const { page } = popup
  const reads = (text: string) => until(`it says ${text}`, async () => (await popup.text()).includes(text))
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  const kept = async (): Promise<readonly number[]> => {
    const { stdout } = await companion.run(['session', 'list', '--json'])
    return listed.parse(JSON.parse(stdout)).accounts[0]?.versions.map(({ version }) => version) ?? []
  }
  await popup.press('Save session')
  await popup.says('status', 'version 1.')
  await tab.evaluate('document.cookie = "only_now=1; path=/; secure"')
  await popup.press('Save session')
  await popup.says('status', 'version 2.')

  const openPage = async (): Promise<void> => {
    await page.locator('.lines .line').click()
    await reads('Versions')
  }
  await openPage()
  expect(await focused()).toBe('example-freelancer')
  await popup.press('Version 2 newest just now')
  await popup.press('Compare version 2 with version 1')
  await reads('only_now')

  await popup.press('Version 1 just now')
  await popup.press('Restore version 1')
  expect(await popup.says('status', 'Restored')).toContain('To undo this, restore the one that was the newest before.')
  await reads('Version 3')
  expect(await kept()).toEqual([3, 2, 1])

  await popup.press('Rename')
  await popup.fill('Name of this account', 'Design work')
  await popup.press('Save name')
  await until('it has that name', () => popup.find('heading', 'Design work'))

  await using command = companion.begin(['session', 'forget', '--all-of', 'Design work', '--json'])
  await popup.question('Terminal', 'forget session')
  expect(await popup.text()).toContain('All 3 versions, and the name that you gave it')
  await popup.press('Deny')
  expect((await command.ended).code).toBe(1)
  await until('she is where she was', () => popup.find('heading', 'Design work'))
  expect(await kept()).toEqual([3, 2, 1])

  await popup.press('Rename')
  await page.keyboard.press('Escape')
  await until('the step is gone', async () => (await popup.find('textbox')) === undefined)
  await page.keyboard.press('Escape')
  await reads('Recent activity')
  expect(await focused()).toContain('Design work')

  await popup.press('Pause all agents')
  await popup.says('status', 'All agents are paused.')
  const refused = await companion.run(['session', 'forget', '2', '--json'])
  expect(refusal.parse(JSON.parse(refused.stdout)).error.code).toBe('paused')
  await openPage()
  await popup.press('Version 2 just now')
  await popup.press('Forget version 2')
  await reads("This can't be undone. Version 2 is erased from this computer for good. 2 other versions stay.")
  await popup.press('Keep it')
  expect(await kept()).toEqual([3, 2, 1])
  await popup.press('Forget version 2')
  await popup.press('Erase version 2')
  await popup.says('status', 'Erased.')
  expect(await kept()).toEqual([3, 1])

  await popup.press('Forget this account')
  await reads('All 2 versions and the name that you gave this account are erased')
  expect(holds(await page.content(), world.standIn.canary)).toBe(false)
  await popup.press('Erase 2 versions')
  await until('the account is gone', async () => !(await popup.text()).includes('Design work'))
  expect(await kept()).toEqual([])
  expect(holds(companion.printed(), world.standIn.canary)).toBe(false)
})
