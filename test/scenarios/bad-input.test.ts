import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { usualPorts } from '@countersign/shared/protocol/ports'
import type { Agent } from '../support/agent.ts'
import { createCompanion, type Ran } from '../support/companion.ts'
import { refusal } from '../support/pairing.ts'
import { startProgram } from '../support/program.ts'
import { canMount, createSmallDisk } from '../support/small-disk.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { takeUsualPorts } from '../support/usual-ports.ts'
import { openWorld, type World } from '../support/world.ts'

// Whatever stands in the way has a code, the same one in the terminal, the popup and the agent's answer; and what was saved stays.

const account = 'example-freelancer'
const asRoot = process.getuid?.() === 0

describe('ports', () => {
  test('all taken: says by which programs, and leaves them alone', async () => {
    await using usual = await takeUsualPorts()
    // An empty port is none: the companion takes the usual ones.
    await using companion = await createCompanion({ COUNTERSIGN_PORT: '' })
    await using squatter = startProgram(process.execPath, ['-e', listenOn(usual.free)], process.env)
    await squatter.line(z.object({ listening: z.literal(true) }))

    const ran = await companion.run(['start', '--json'])
    const { code, reason } = errorOf(ran)
    expect(code).toBe('ports_taken')
    for (const port of usualPorts) expect(reason).toContain(String(port))
    expect(reason.split(`(pid ${squatter.pid})`)).toHaveLength(usual.free.length + 1)
    expect(ran.stderr).toContain(reason)
    // Asked again, it still holds them.
    expect(errorOf(await companion.run(['pair', '--json'])).code).toBe('ports_taken')
  })

  test.each(['0', '65536', 'http', '-1'])('%s is no port: says so', async (port) => {
    await using companion = await createCompanion({ COUNTERSIGN_PORT: port })
    expect(errorOf(await companion.run(['start', '--json'])).code).toBe('port_invalid')
  })
})

describe('a state folder', () => {
  test.skipIf(!asRoot)('of another user: refused, naming both', async () => {
    await using companion = await createCompanion()
    await chown(companion.home, 12_345, 12_345)
    const { code, reason, next } = errorOf(await companion.run(['start', '--json']))
    expect({ code, reason }).toEqual({
      code: 'folder_unsafe',
      reason: `${companion.home} belongs to user 12345, not to you (0).`,
    })
    expect(next).toContain(`sudo chown 0 '${companion.home}'`)
  })

  test.skipIf(!canMount)('on a disk that takes no writes: refused', async () => {
    await using disk = await createSmallDisk()
    await using companion = await createCompanion({ COUNTERSIGN_HOME: disk.path })
    disk.seal()
    for (const command of ['start', 'pair']) {
      expect(errorOf(await companion.run([command, '--json'])).code).toBe('disk_read_only')
    }
    disk.unseal()
    await companion.start()
  })

  test.skipIf(!canMount)(
    'on a disk that is full from the start: refused, and it starts once there is room',
    async () => {
      await using disk = await createSmallDisk()
      await using companion = await createCompanion({ COUNTERSIGN_HOME: disk.path })
      disk.fill()
      for (const command of ['start', 'pair']) {
        expect(errorOf(await companion.run([command, '--json'])).code).toBe('disk_full')
      }
      disk.free()
      await companion.start()
    },
  )
})

describe('a vault that can not be opened', () => {
  const inTheWay = [
    ['its key is gone', 'vault.key', 'vault_key_missing', (file: string) => rm(file)],
    ['its key is another one', 'vault.key', 'vault_locked', (file: string) => writeFile(file, new Uint8Array(32))],
    ['it is no database', 'countersign.db', 'database_damaged', (file: string) => writeFile(file, 'x'.repeat(9000))],
  ] as const

  test('is told by its code in every command and tool, and is whole again when what is missing is back', async () => {
    await using world = await openWorld()
    const { companion, extension, tab } = world
    const agent = await savedOnce(world)

    for (const [, name, code, spoil] of inTheWay) {
      await companion.stop()
      const file = join(companion.home, name)
      const good = await readFile(file)
      await spoil(file)
      for (const command of ['start', 'pair']) {
        const ran = await companion.run([command, '--json'])
        expect(errorOf(ran).code).toBe(code)
        expect(errorOf(ran).next).toContain('countersign pair --reset')
      }
      expect(await agent.call('session_status')).toMatchObject({ isError: true, structuredContent: { code } })
      await using popup = await extension.openPopup(tab)
      await until('the popup says that it is not running, and the command that tells why', async () => {
        const text = await popup.text()
        return text.includes('Countersign is not running') && text.includes('npm start')
      })
      await popup.close()

      await writeFile(`${file}.good`, good, { mode: 0o600 })
      await rename(`${file}.good`, file)
      await companion.start()
      expect(await agent.call('session_status')).toMatchObject({
        structuredContent: { saved: true, account, version: 1 },
      })
    }
  })

  test.each(inTheWay)('because %s: `pair --reset` starts over', async (_, name, code, spoil) => {
    await using companion = await createCompanion()
    await companion.start()
    await companion.stop()
    await spoil(join(companion.home, name))
    expect(errorOf(await companion.run(['start', '--json'])).code).toBe(code)
    await using command = companion.begin(['pair', '--reset', '--json'])
    await command.line(z.object({ code: z.string() }))
    expect(await statusOf(companion)).toMatchObject({ sessions: 0, agents: 0, browsers: [] })
  })
})

test.skipIf(!canMount)(
  'a disk that fills up: popup, terminal and tool say so, and the last session stays',
  async () => {
    await using disk = await createSmallDisk()
    await using world = await openWorld({ env: { COUNTERSIGN_HOME: disk.path } })
    const { companion, extension, tab } = world
    const agent = await savedOnce(world)
    const { pid } = (await statusOf(companion)).companion
    disk.fill()

    await using popup = await extension.openPopup(tab)
    await popup.press('Save session')
    expect(await popup.says('alert', 'The disk is full.')).toContain('the last good session is still there')

    // What can't be entered in the ledger is not even asked.
    const answer = await agent.call('save_session')
    expect(answer).toMatchObject({ isError: true, structuredContent: { saved: false, code: 'disk_full' } })
    expect(errorOf(await companion.run(['agents', 'add', 'Another', '--json'])).code).toBe('disk_full')
    expect(await popup.find('article')).toBeUndefined()
    await popup.close()

    expect(await statusOf(companion)).toMatchObject({ companion: { pid }, sessions: 1, agents: 1 })
    disk.free()
    expect(await agent.call('session_status')).toMatchObject({
      structuredContent: { saved: true, account, version: 1 },
    })
    await using again = await extension.openPopup(tab)
    await again.press('Save session')
    await again.says('status', 'Saved')
  },
)

/** Paired, an agent with a grant, and one session saved. */
async function savedOnce(world: World): Promise<Agent> {
  await world.signIn(account)
  await world.pair()
  const agent = await world.addAgent('Story agent')
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('Save session')
  await popup.says('status', 'version 1')
  return agent
}

/** Exit 1, one line on stderr, and the coded error on stdout. */
function errorOf({ code, stdout, stderr }: Ran): z.output<typeof refusal>['error'] {
  expect(code).toBe(1)
  expect(stderr).toMatch(/^[^\n]+\n$/)
  return refusal.parse(JSON.parse(stdout)).error
}

const listenOn = (ports: readonly number[]): string => `
  const { createServer } = require('node:net')
  const all = ${JSON.stringify(ports)}.map((port) => new Promise((resolve) => createServer().listen(port, '127.0.0.1', resolve)))
  Promise.all(all).then(() => console.log(JSON.stringify({ listening: true })))
`
