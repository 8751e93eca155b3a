import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCompanion, type Companion, type Ready } from '../support/companion.ts'
import { ledgerRows } from '../support/ledger.ts'
import { refusal } from '../support/pairing.ts'
import { builtCli } from '../support/places.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { takeUsualPorts, type UsualPorts } from '../support/usual-ports.ts'
import { openWorld, type World } from '../support/world.ts'

// A machine may have several people on it, each with a companion of her own, and all of them look for the same five ports.

const somebodyElse = 65_534
/** Only root can play two people, and the other one has to be able to read this program. */
const canPlayBoth =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, [builtCli, '--version'], { uid: somebodyElse, gid: somebodyElse }).status === 0

describe.skipIf(!canPlayBoth)('another user’s companion', () => {
  let ports: UsualPorts
  let theirs: Companion
  let readyTheirs: Ready
  let world: World
  let ready: Ready
  beforeAll(async () => {
    ports = await takeUsualPorts()
    if (ports.free.length < 2) throw new Error('Programs hold 47616 to 47620; this story needs two of them.')
    // An empty port is none: both take the first that is free.
    theirs = await createCompanion({ COUNTERSIGN_PORT: '' }, somebodyElse)
    readyTheirs = await theirs.start()
    world = await openWorld({ env: { COUNTERSIGN_PORT: '' }, start: false, meetUsualPorts: true })
    ready = await world.companion.start()
    await world.signIn('example-freelancer')
    await world.pair()
  })
  afterAll(async () => {
    await world.close()
    await theirs.close()
    await ports[Symbol.asyncDispose]()
  })

  const urlAt = (port: number | undefined): string => `http://127.0.0.1:${port}`
  /** All that their companion has met with. */
  const lived = async () => {
    const { companion, browsers, agents } = await statusOf(theirs)
    return { pid: companion.pid, browsers, agents, rows: (await ledgerRows(theirs)).map(({ kind }) => kind) }
  }
  const nothing = () => ({ pid: readyTheirs.pid, browsers: [], agents: 0, rows: ['start'] })

  test('keeps its port, ours takes the next one, and each user’s commands come to her own', async () => {
    expect((await stat(theirs.home)).uid).toBe(somebodyElse)
    expect([readyTheirs.url, ready.url]).toEqual([urlAt(ports.free[0]), urlAt(ports.free[1])])
    expect(await statusOf(world.companion)).toMatchObject({
      companion: { pid: ready.pid },
      browsers: [{ connected: true }],
    })
    expect(await lived()).toEqual(nothing())
  })

  test('has no way into our folder, whichever command is told of it', async () => {
    const ours = { COUNTERSIGN_HOME: world.companion.home }
    for (const command of [
      ['start'],
      ['status'],
      ['pair'],
      ['pair', '--reset'],
      ['agents', 'list'],
      ['ledger', 'list'],
    ]) {
      const { code, stdout, stderr } = await theirs.run([...command, '--json'], { env: ours })
      expect({ command, code }).toEqual({ command, code: 1 })
      expect({ command, why: refusal.parse(JSON.parse(stdout)).error.code }).toEqual({ command, why: 'folder_unsafe' })
      expect(stderr).toContain(`${ours.COUNTERSIGN_HOME} belongs to user 0, not to you (${somebodyElse}).`)
    }
  })

  test('is not taken for ours when ours is gone, and hears nothing that it could keep', async () => {
    const { companion, extension, tab } = world
    await companion.kill()
    await until('the popup says it', async () => {
      await using popup = await extension.openPopup(tab)
      return (await popup.text()).includes('This is not your Countersign')
    })
    expect(await lived()).toEqual(nothing())
  })
})
