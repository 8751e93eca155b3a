import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agent } from '../support/agent.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import { openChromium } from '../support/chromium.ts'
import { builtExtension } from '../support/places.ts'
import { signIn } from '../support/sign-in.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { openWorld, type World } from '../support/world.ts'

// Chrome stops a service worker at whichever line it is. It holds nothing that the companion could not tell it again.

const account = 'example-freelancer'

describe('the worker is stopped in the middle of an approval', () => {
  let world: World
  let agent: Agent
  beforeAll(async () => {
    world = await openWorld()
    await world.signIn(account)
    await world.pair()
    agent = await world.addAgent('Job scout')
  })
  afterAll(() => world.close())

  test('with no page open: it is back within 45 seconds by itself, and asks the same question again, once', async () => {
    const { companion, extension, tab } = world
    const asked = agent.call('save_session', { reason: 'first' }, { progress: () => undefined })
    const id = await openAndClose(await extension.prompt())

    const stopped = performance.now()
    await extension.stopWorker()
    await whenConnected(companion, 45)
    expect(performance.now() - stopped).toBeLessThan(45_000)
    expect((await statusOf(companion)).pending).toBe(1)

    await using popup = await extension.openPopup(tab)
    await popup.question('Job scout', 'save_session')
    expect(await questionsIn(popup)).toEqual([id])
    await popup.press('Approve')
    expect(await asked).toMatchObject({ structuredContent: { saved: true, account, version: 1 } })
  })

  test('opening the popup brings it back at once, with the same question', async () => {
    const { extension, tab } = world
    const asked = agent.call('save_session', { reason: 'second' }, { progress: () => undefined })
    const id = await openAndClose(await extension.prompt())
    await extension.stopWorker()

    const opened = performance.now()
    await using popup = await extension.openPopup(tab)
    await popup.question('Job scout', 'save_session')
    expect(performance.now() - opened).toBeLessThan(5_000)
    expect(await questionsIn(popup)).toEqual([id])
    await popup.press('Approve')
    expect(await asked).toMatchObject({ structuredContent: { saved: true, account, version: 2 } })
  })

  test('under an open popup: the question stays before her, and her yes counts', async () => {
    const { extension } = world
    const asked = agent.call('save_session', { reason: 'third' }, { progress: () => undefined })
    await using popup = await extension.prompt()
    await popup.question('Job scout', 'save_session')
    const [id] = await questionsIn(popup)
    await extension.stopWorker()
    await extension.worker()
    await until('the question is back', async () => (await questionsIn(popup)).includes(id ?? ''))
    expect(await questionsIn(popup)).toEqual([id])
    await popup.press('Approve')
    expect(await asked).toMatchObject({ structuredContent: { saved: true, account, version: 3 } })
  })
})

describe('the browser is closed in the middle of an approval', () => {
  const jumpingClock = new URL('../support/jumping-clock.mjs', import.meta.url).href
  let profile: TemporaryFolder
  let world: World
  let pid: number
  let agent: Agent
  beforeAll(async () => {
    profile = await temporaryFolder('kept-profile')
    world = await openWorld({
      profile: profile.path,
      // A minute is what the companion waits for a browser; its client waits for longer.
      env: { NODE_OPTIONS: `--import=${jumpingClock}`, JUMP_SECONDS: '61' },
      start: false,
    })
    ;({ pid } = await world.companion.start())
    await world.signIn(account)
    await world.pair()
    agent = await world.addAgent('Job scout')
  })
  afterAll(async () => {
    await world.close()
    await profile.remove()
  })

  test('opened again within its time, it shows the same question, and her yes counts', async () => {
    const asked = agent.call('save_session', { reason: 'first' }, { progress: () => undefined })
    const prompt = await world.extension.prompt()
    await prompt.question('Job scout', 'save_session')
    const ids = await questionsIn(prompt)
    await world.chromium.close()
    expect((await statusOf(world.companion)).pending).toBe(1)

    await using chromium = await openChromium({ profile: profile.path, arguments: world.standIn.browserArguments })
    const extension = await chromium.loadExtension(builtExtension)
    const tab = await chromium.open('https://www.upwork.com/nx/find-work/best-matches')
    await signIn(tab, account)
    // The one that comes by itself may go again while she turns to her tab.
    await using popup = await until('a popup with the question stays', async () => {
      const shown = await extension.openPopup(tab)
      return (await shown.find('article')) && shown
    })
    await popup.question('Job scout', 'save_session')
    expect(await questionsIn(popup)).toEqual(ids)
    await popup.press('Approve')
    expect(await asked).toMatchObject({ structuredContent: { saved: true, account, version: 1 } })
  })

  test('not opened again, the call ends with browser_not_connected once a minute has passed, and so does the next at once', async () => {
    const { companion, standIn } = world
    const chromium = await openChromium({ profile: profile.path, arguments: standIn.browserArguments })
    const extension = await chromium.loadExtension(builtExtension)
    await signIn(await chromium.open('about:blank'), account)
    const asked = agent.call('save_session', { reason: 'second' }, { progress: () => undefined })
    await (await extension.prompt()).question('Job scout', 'save_session')
    await chromium.close()
    await until('the companion has noticed', async () => !(await statusOf(companion)).browsers[0]?.connected)
    expect((await statusOf(companion)).pending).toBe(1)

    process.kill(pid, 'SIGUSR2')
    const refused = { isError: true, structuredContent: { saved: false, code: 'browser_not_connected' } }
    expect(await asked).toMatchObject(refused)
    expect(await agent.call('save_session', { reason: 'third' })).toMatchObject(refused)
  })
})

const pushed = z.object({ prompts: z.array(z.object({ id: z.uuid() })) })

/** The ids of the questions that the worker tells this page, as it tells any page that opens. */
async function questionsIn(surface: Surface): Promise<readonly string[]> {
  const told = await surface.page.evaluate(
    `new Promise((resolve) => {
      const port = chrome.runtime.connect({ name: 'surface' })
      port.onMessage.addListener((state) => { resolve(state); port.disconnect() })
      port.onDisconnect.addListener(() => resolve({ prompts: [] }))
    })`,
  )
  return pushed.parse(told).prompts.map(({ id }) => id)
}

/** Closing is no answer; gives the one question that stood there. */
async function openAndClose(prompt: Surface): Promise<string> {
  await prompt.question('Job scout', 'save_session')
  const [id] = await questionsIn(prompt)
  await prompt.close()
  return id ?? 'none'
}
