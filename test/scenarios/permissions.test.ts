import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtManifest, copyWithManifest, type Manifest } from '../support/manifest.ts'
import { beginPairing, pairedBrowsers } from '../support/pairing.ts'
import { root } from '../support/places.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Each permission is there for a story, and that story fails without it. Where a whole interface that our worker listens to is
// missing (alarms, notifications, storage), Chrome does not even start it; then nothing else works either.

type Need = {
  /** As the manifest has it; a key of the manifest stands for itself. */
  permission: string
  /** What the README says of it. */
  without: string
  /** The file beside this one that tells the whole of it. */
  story: string
  /** The shortest of that story: whether it comes out well. */
  comesOut(world: World): Promise<boolean>
}

/** Seconds for what comes within one when it comes at all. */
const patience = 6

const needs: readonly Need[] = [
  {
    permission: 'externally_connectable',
    without: 'a pairing link brings nothing',
    story: 'pairing',
    async comesOut({ companion, chromium, extension, tab }) {
      await using pairing = await beginPairing(companion)
      const page = await chromium.open(pairing.url)
      await using popup = await extension.popup(patience)
      await popup.press('Pair')
      const { paired } = await pairing.paired()
      await page.goto('about:blank')
      await tab.bringToFront()
      return paired
    },
  },
  {
    permission: 'storage',
    without: 'pairing does not last',
    story: 'worker-stopped',
    async comesOut(world) {
      await pairOnce(world)
      await world.extension.stopWorker()
      await using popup = await world.extension.openPopup(world.tab)
      await until('it is connected', async () => (await popup.text()).includes('Connected'), { seconds: patience })
      return (await pairedBrowsers(world.companion)).length === 1
    },
  },
  {
    permission: 'cookies',
    without: 'nothing can be saved',
    story: 'click-to-save',
    comesOut: async (world) => (await save(world)).startsWith('Saved:'),
  },
  {
    permission: 'scripting',
    without: 'a save has no web storage',
    story: 'click-to-save',
    comesOut: async (world) => (await save(world)).includes('4 storage keys of 1 origin'),
  },
  {
    permission: 'https://*.upwork.com/*',
    without: 'no Upwork tab is found',
    story: 'reach',
    async comesOut(world) {
      await pairOnce(world)
      await world.signIn('example-freelancer')
      await using popup = await world.extension.openPopup(world.tab)
      return (
        (await until('the popup says whose tab it is', async () => {
          const text = await popup.text()
          return text.includes('example-freelancer') || (text.includes('No Upwork tab is open') ? 'none' : undefined)
        })) === true
      )
    },
  },
  {
    permission: 'notifications',
    without: 'you are not told',
    story: 'surfaces',
    async comesOut(world) {
      await pairOnce(world)
      await world.chromium.minimise(world.tab)
      await using asking = world.companion.begin(['agents', 'add', 'Story agent', '--json'])
      const worker = await world.extension.worker()
      await until('there is a notification', async () => {
        const shown = await worker.evaluate('chrome.notifications.getAll()')
        return typeof shown === 'object' && shown !== null && Object.keys(shown).includes('countersign-prompt')
      })
      await asking.close()
      await world.chromium.restore(world.tab)
      return true
    },
  },
  {
    permission: 'alarms',
    without: 'a stopped worker stays away',
    story: 'worker-stopped',
    async comesOut(world) {
      await pairOnce(world)
      // An open page of ours would wake it.
      await until('no page of ours is open', () => world.extension.surfaces() === 0)
      await world.extension.stopWorker()
      await until(
        'it is away',
        async () => !(await statusOf(world.companion)).browsers.some(({ connected }) => connected),
      )
      return (await whenConnected(world.companion, 45)).browsers.length === 1
    },
  },
]

describe('with all its permissions', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  test.each(needs)('$permission is there: the story $story comes out well', async ({ comesOut }) => {
    expect(await comesOut(world)).toBe(true)
  })
})

describe('with one of them taken away', () => {
  test.each(needs)('no $permission: $without, and the story $story fails', async ({ permission, comesOut }) => {
    await using folder = await copyWithManifest((built) => withoutPermission(built, permission))
    await using world = await openWorld({ extensionFolder: folder.path })
    expect(await comesOut(world).catch(() => false)).toBe(false)
  })
})

describe('the list of permissions', () => {
  test('is whole: every permission of the manifest has its story', async () => {
    const { permissions, host_permissions: hosts, ...rest } = await builtManifest()
    const others = Object.keys(rest).filter((key) =>
      /permissions|externally_connectable|web_accessible|content_scripts/.test(key),
    )
    expect(needs.map(({ permission }) => permission).toSorted()).toEqual(
      [...permissions, ...hosts, ...others].toSorted(),
    )
  })

  test('stands in the README, with what is lost without each', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const [, section = ''] = /^## Permissions\n(.*?)(?=^## )/ms.exec(readme) ?? []
    const rows = section.split('\n').filter((line) => line.startsWith('| `'))
    const told = rows.map((line) => line.split('|').map((cell) => cell.trim()))
    const expected = needs.filter(({ permission }) => permission !== 'externally_connectable')
    expect(told.map(([, permission, , without]) => `${permission} ${without}`).toSorted()).toEqual(
      expected.map(({ permission, without }) => `\`${permission}\` ${without}`).toSorted(),
    )
    expect(told.every(([, , why = '']) => why.length > 10)).toBe(true)
    expect(section).toContain("The companion's pairing page")
  })
})

async function pairOnce(world: World): Promise<void> {
  if ((await pairedBrowsers(world.companion)).length > 0) return
  // A worker that did not start says nothing; there is no need to wait for it for long.
  await using popup = await world.extension.openPopup(world.tab)
  await until('the popup asks for a code', () => popup.find('textbox', 'Pairing code'), { seconds: patience })
  await world.pair()
}

/** What the popup says after a click on Save session. */
async function save(world: World): Promise<string> {
  await pairOnce(world)
  await world.signIn('example-freelancer')
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('Save session')
  return await until('the popup says what came of it', () => said(popup))
}

async function said(popup: Surface): Promise<string | undefined> {
  for (const role of ['alert', 'status'] as const) {
    const words = await (await popup.find(role))?.evaluate((element) => element.textContent ?? '')
    if (words !== undefined && words !== '' && words !== 'Saving…') return words
  }
  return undefined
}

function withoutPermission(built: Manifest, permission: string): object {
  const left = (list: readonly string[]): string[] => list.filter((each) => each !== permission)
  const keys = Object.entries(built).filter(([key]) => key !== permission)
  return {
    ...Object.fromEntries(keys),
    permissions: left(built.permissions),
    host_permissions: left(built.host_permissions),
  }
}
