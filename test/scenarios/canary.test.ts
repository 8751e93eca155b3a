import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import { startProgram } from '../support/program.ts'
import { signOut } from '../support/sign-in.ts'
import { statusOf } from '../support/status.ts'
import type { Surface } from '../support/surface.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { holds, tracesBelow, watchTraces, type Watch } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Every secret of the site holds one word. Everything is done that can be done with a session, all that was said, shown and
// written meanwhile is kept, and the word may be in nothing but the file that she let out.

let world: World
let agent: Agent
let watch: Watch
let temporary: TemporaryFolder
let out: string
/** What stood in the extension's pages, and what its worker told notifications and its console. */
const shown: string[] = []

beforeAll(async () => {
  temporary = await temporaryFolder('canary')
  out = join(temporary.path, 'out')
  const temp = join(temporary.path, 'temp')
  await Promise.all([mkdir(out), mkdir(temp)])
  world = await openWorld({ env: { COUNTERSIGN_LOG: 'trace', TMPDIR: temp } })
  watch = watchTraces(world.standIn.canary, [world.companion.home, temp])
  await listenToWorker()
  await world.signIn('example-freelancer')
  await liveThrough()
  await watch.stop()
}, 120_000)
afterAll(async () => {
  await world.close()
  await temporary.remove()
})

/** Keeps what it told people outside of its pages. */
async function listenToWorker(): Promise<void> {
  const worker = await world.extension.worker()
  worker.on('console', (message) => shown.push(message.text()))
  await worker.evaluate(`{
    globalThis.told = []
    const { create } = chrome.notifications
    chrome.notifications.create = (...what) => { told.push(what); return create.apply(chrome.notifications, what) }
  }`)
}

async function look({ page }: Surface): Promise<void> {
  shown.push(
    await page.content(),
    await page
      .evaluate('JSON.stringify([...document.querySelectorAll("input")].map((input) => input.value))')
      .then(String),
  )
}

async function ask(answer: 'Approve' | 'Deny', window = false): Promise<void> {
  const call = agent.call('save_session', { reason: 'To look for jobs.' }, { progress: () => undefined })
  await using prompt = await (window ? world.extension.approvalWindow() : world.extension.popup())
  await prompt.question('Job scout')
  const more = await prompt.page.$('summary')
  await more?.click()
  await look(prompt)
  await prompt.press(answer)
  await call
  await prompt.says('status', answer === 'Approve' ? 'Saved' : 'Denied')
  await look(prompt)
  await prompt.close()
}

/** A whole day: pairing, saves by click and by agent, a no, an export, and all that can go wrong with a session at hand. */
async function liveThrough(): Promise<void> {
  await world.pair()
  const popup = await world.extension.openPopup(world.tab)
  await popup.press('Save session')
  await popup.says('status', 'Saved')
  await look(popup)
  await popup.close()

  agent = await world.addAgent('Job scout')
  await ask('Approve')
  await ask('Deny')
  await world.chromium.minimise(world.tab)
  await ask('Approve', true)
  await world.chromium.restore(world.tab)
  await until('the window has closed itself', () => world.extension.surfaces() === 0)
  await agent.call('session_status')
  await world.tab.goto('https://www.upwork.com/nx/rotate')
  await until('the browser has told that its sign-in is another now', async () =>
    (await statusOf(world.companion)).weather.some(({ state }) => state === 'rotated'),
  )
  await agent.call('session_status')

  await exportTo('session.json', 'Approve')
  await exportTo('denied.json', 'Deny')
  for (const odd of [join(out, 'nowhere', 'a.json'), out, join(world.companion.home, 'a.json')]) {
    expect((await world.companion.run(['export', '--format', 'playwright', '--out', odd, '--json'])).code).toBe(1)
  }
  await agent.call('save_session', { cookie: 1 })
  await agent.call('Save_Session')
  await signOut(world.tab)
  expect((await agent.call('save_session')).structuredContent?.code).toBe('signed_out')
  const refused = await world.extension.openPopup(world.tab)
  await refused.find('button', 'Save session')
  await look(refused)
  await refused.close()

  const ledger = [['list'], ['show', '5'], ['verify'], ['export']].map((command) => ['ledger', ...command])
  const sessions = [['list'], ['show'], ['diff'], ['verify']].map((command) => ['session', ...command])
  for (const command of [...ledger, ...sessions, ['status'], ['agents', 'list'], ['pair', 'list']]) {
    await world.companion.run(command)
    await world.companion.run([...command, '--json'])
  }
}

async function exportTo(name: string, answer: 'Approve' | 'Deny'): Promise<void> {
  await using command = world.companion.begin(['export', '--format', 'playwright', '--out', join(out, name), '--json'])
  await using prompt = await world.extension.popup()
  await prompt.question('Terminal', 'export')
  await look(prompt)
  await prompt.press(answer)
  expect((await command.ended).code).toBe(answer === 'Approve' ? 0 : 1)
  await prompt.close()
}

describe('the search', () => {
  test('finds the word in whatever form it is written', () => {
    const word = 'canary0123456789'
    for (const before of ['', 'a', 'ab', 'abc']) {
      const said = Buffer.from(`${before}${word}.and more`)
      for (const form of ['utf8', 'utf16le', 'hex', 'base64', 'base64url'] as const) {
        const written = form === 'utf16le' ? Buffer.from(said.toString(), form) : said.toString(form)
        expect(holds(written, word)).toBe(true)
      }
    }
    expect(holds('canary0123456780', word)).toBe(false)
  })

  test('finds it in a process’s arguments, and in a file that is there for a moment', async () => {
    const word = 'canary-of-the-search'
    await using folder = await temporaryFolder('search')
    const search = watchTraces(word, [folder.path])
    await using program = startProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)', word], process.env)
    await writeFile(join(folder.path, 'a'), `a ${word}`)
    await until('both are found', () => search.seen().length === 2)
    await search.stop()
    expect(search.seen().toSorted()).toEqual([join(folder.path, 'a'), `argv of ${program.pid}`])
  })
})

describe('no secret of the session', () => {
  const isClean = (said: string) => expect(holds(said, world.standIn.canary)).toBe(false)

  test('is in what an agent was sent, or sent', () => {
    expect(agent.heard()).toContain('example-freelancer')
    expect(agent.heard()).toContain('approval_denied')
    isClean(agent.heard())
  })

  test('is in what the companion and its commands printed and logged: ledger, status, refusals', () => {
    const printed = world.companion.printed()
    for (const part of ['"kind":"session_saved"', '"kind":"release"', '"sessions":1', 'signed_out']) {
      expect(printed).toContain(part)
    }
    isClean(printed)
  })

  test('is in what the extension showed: popup, window, notification, console', async () => {
    expect(shown.join('\n')).toContain('master_access_token')
    shown.push(JSON.stringify(await (await world.extension.worker()).evaluate('told')))
    expect(shown.at(-1)).toContain('Something waits for your answer.')
    isClean(shown.join('\n'))
  })

  test('is in what the extension keeps, in its storage or in the profile’s files', async () => {
    const kept = await (
      await world.extension.worker()
    ).evaluate(`(async () => {
      const databases = []
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve) => {
          indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)
        })
        for (const store of database.objectStoreNames) {
          databases.push(await new Promise((resolve) => {
            database.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => resolve(target.result)
          }))
        }
        database.close()
      }
      const areas = [chrome.storage.local, chrome.storage.session, chrome.storage.sync]
      return JSON.stringify([databases, ...(await Promise.all(areas.map((area) => area?.get(null))))])
    })()`)
    expect(kept).toContain('sequence')
    isClean(String(kept))
    const ours = (path: string) => path.includes(world.extension.id) || path.includes(`${sep}Extension`)
    expect(await tracesBelow(world.chromium.profile, world.standIn.canary, ours)).toEqual([])
  })

  test('was ever in a process’s arguments, a temporary file, or the state folder', async () => {
    expect(watch.rounds()).toBeGreaterThan(10)
    expect(watch.seen()).toEqual([])
    expect(await tracesBelow(world.companion.home, world.standIn.canary)).toEqual([])
    await world.companion.stop()
    expect(await tracesBelow(world.companion.home, world.standIn.canary)).toEqual([])
  })

  test('is anywhere but in the file that was let out, which is hers alone', async () => {
    const file = join(out, 'session.json')
    expect(await tracesBelow(temporary.path, world.standIn.canary)).toEqual([file])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(out)).toEqual(['session.json'])
  })
})
