import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openChromium, type Chromium } from '../support/chromium.ts'
import type { Extension } from '../support/extension.ts'
import { ledgerRows } from '../support/ledger.ts'
import { builtExtension } from '../support/places.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Whoever copies a browser's profile has its keys. That can't be prevented from here, but it is noticed as soon as both are used.

let profile: TemporaryFolder
let copy: TemporaryFolder
let world: World
let hers: Chromium
let theirs: Chromium
beforeAll(async () => {
  profile = await temporaryFolder('kept-profile')
  copy = await temporaryFolder('copied-profile')
  world = await openWorld({ profile: profile.path })
  await world.signIn('example-freelancer')
  await world.pair()
  await world.chromium.close()
  await cp(profile.path, copy.path, { recursive: true })
})
afterAll(async () => {
  await Promise.all([hers?.close(), theirs?.close()])
  await world.close()
  await Promise.all([profile.remove(), copy.remove()])
})

const open = async (folder: string): Promise<{ chromium: Chromium; extension: Extension; look(): Promise<void> }> => {
  const chromium = await openChromium({ arguments: world.standIn.browserArguments, profile: folder })
  const extension = await chromium.loadExtension(builtExtension)
  const tab = await chromium.open('about:blank')
  const look = async (): Promise<void> => {
    await using popup = await extension.openPopup(tab)
    await popup.says('alert', 'in use in two places at once', 20)
    await popup.press('I have looked')
    await popup.says('status', 'Noted')
  }
  return { chromium, extension, look }
}
const connected = async (): Promise<boolean> => (await statusOf(world.companion)).browsers[0]?.connected === true
const alarmed = async (): Promise<boolean> =>
  (await world.companion.run(['status'])).stdout.includes('in use in two places at once')

test('the same browser key in two places: both are cut, and neither counts until she has looked and one is left', async () => {
  const { companion } = world
  const first = await open(profile.path)
  hers = first.chromium
  await whenConnected(companion, 45)
  const second = await open(copy.path)
  theirs = second.chromium

  await until('it is noticed', alarmed, { seconds: 30 })
  expect(await connected()).toBe(false)
  const asking = await companion.run(['agents', 'add', 'Job scout', '--json'])
  expect(JSON.parse(asking.stdout)).toMatchObject({ error: { code: 'browser_not_connected' } })

  // Both hear of it, and can do nothing else. Her look alone does not help while the other one is there.
  await first.look()
  await until('it is noticed again', async () => (await alarms()) === 2, { seconds: 30 })
  expect(await connected()).toBe(false)

  await theirs.close()
  await first.look()
  await whenConnected(companion, 45)
  expect(await alarmed()).toBe(false)
  await using command = companion.begin(['agents', 'add', 'Job scout', '--json'])
  await using prompt = await first.extension.prompt()
  await prompt.question('Terminal', 'Job scout')
  await prompt.press('Approve')
  expect((await command.ended).code).toBe(0)
})

const alarms = async (): Promise<number> =>
  (await ledgerRows(world.companion)).filter(({ kind }) => kind === 'alarm').length
