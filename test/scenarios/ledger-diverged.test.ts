import { copyFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import type { Companion } from '../support/companion.ts'
import { ledgerRows } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// The browser remembers what it signed of the ledger. A history that was changed behind its back lets nothing pass until she has looked.

const account = 'example-freelancer'
let world: World
let agent: Agent
beforeAll(async () => {
  world = await openWorld()
  await world.signIn(account)
  await world.pair()
  agent = await world.addAgent('Job scout')
  const asked = agent.call('save_session')
  await using shown = await world.approve('Job scout', 'save_session')
  await asked
  await shown.says('status', 'Saved')
})
afterAll(() => world.close())

/** Until every row is signed that must not be lost: the newest head that is kept is that of the newest row. */
const whenSigned = async (companion: Companion): Promise<void> => {
  await until(
    'the ledger is signed up to its end',
    async () => (await signedUpTo()) >= (await ledgerRows(companion)).length,
  )
}
const signedUpTo = (): Promise<number> =>
  world.extension
    .worker()
    .then((worker) =>
      worker.evaluate(`chrome.storage.local.get('ledger').then(({ ledger }) => ledger?.head?.seq ?? 0)`),
    )
    .then(Number)

/** Changes what lies on the disk while no companion runs, and starts it again. */
const behindItsBack = async (change: () => Promise<unknown>): Promise<void> => {
  await world.companion.stop()
  await change()
  await world.companion.start()
}
const isAlarmed = async (): Promise<void> => {
  const { companion, extension, tab } = world
  await whenConnected(companion, 45)
  // Each of its calls, also one that only looks; and so does whatever the terminal asks for.
  for (const tool of ['save_session', 'session_status', 'manual_login']) {
    expect((await agent.call(tool)).structuredContent).toMatchObject({ saved: false, code: 'ledger_diverged' })
  }
  const adding = await companion.run(['agents', 'add', 'Another', '--json'])
  expect(adding.code).toBe(1)
  expect(JSON.parse(adding.stdout)).toMatchObject({ error: { code: 'ledger_diverged' } })
  expect((await companion.run(['status'])).stdout).toMatch(/^Alarm .*The ledger was changed/m)
  await using popup = await extension.openPopup(tab)
  expect(await popup.says('alert', 'The ledger was changed')).toContain('ledger verify')
}
const look = async (): Promise<void> => {
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('I have looked')
  await popup.says('status', 'Noted')
  await until('the alarm is gone', async () => (await popup.find('alert')) === undefined)
}
const passes = async (): Promise<void> => {
  expect((await agent.call('session_status')).isError).toBe(false)
  const asked = agent.call('save_session')
  await using shown = await world.approve('Job scout', 'save_session')
  expect((await asked).structuredContent).toMatchObject({ saved: true })
  await shown.says('status', 'Saved')
}

describe('a ledger that was changed while nobody ran', () => {
  test('is countersigned after each yes, so that its tail can be missed', async () => {
    await whenSigned(world.companion)
    expect(await signedUpTo()).toBeGreaterThan(5)
  })

  test('cut: no call passes until she has looked, also across a restart, and then all do', async () => {
    await whenSigned(world.companion)
    // Who cuts the tail takes along what is said of it elsewhere in the database, too.
    await behindItsBack(() =>
      meddle(
        world.companion,
        `delete from ledger where seq > 6; delete from ledger_heads; delete from sealed_items where name = 'alarms'`,
      ),
    )
    await isAlarmed()
    await behindItsBack(() => Promise.resolve())
    await isAlarmed()
    await look()
    await passes()
    const kinds = (await ledgerRows(world.companion)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'looked')).toHaveLength(1)
    expect(kinds).toContain('alarm')
  })

  test('an old copy of the whole database: the same', async () => {
    const { companion } = world
    await using kept = await temporaryFolder('old-copy')
    await behindItsBack(() => copyFile(join(companion.home, 'countersign.db'), join(kept.path, 'old')))
    await whenConnected(companion, 45)
    await passes()
    await whenSigned(companion)
    await behindItsBack(async () => {
      for (const name of await readdir(companion.home)) {
        if (name.startsWith('countersign.db')) await rm(join(companion.home, name))
      }
      await copyFile(join(kept.path, 'old'), join(companion.home, 'countersign.db'))
    })
    await isAlarmed()
    await look()
    await passes()
    expect((await statusOf(companion)).alarms).toEqual([])
  })

  test('the entry that was signed changed under its own hash: noticed at the start, before any browser comes', async () => {
    const { companion } = world
    await whenSigned(companion)
    const signed = await signedUpTo()
    await behindItsBack(() => meddle(companion, `update ledger set asker_label = 'Somebody' where seq = ${signed}`))
    expect((await companion.run(['status'])).stdout).toMatch(/^Alarm .*The ledger was changed/m)
    await isAlarmed()
    await look()
    expect((await agent.call('session_status')).isError).toBe(false)
    expect((await statusOf(companion)).browsers).toMatchObject([{ connected: true }])
  })
})
