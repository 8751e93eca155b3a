import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCompanion, type Companion, type Ready } from '../support/companion.ts'
import { exportOverWire } from '../support/export-over-wire.ts'
import { meddle } from '../support/meddle.ts'
import { beginPairing, refusal } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { statusOf } from '../support/status.ts'
import { until, within } from '../support/until.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'

// What an agent with a shell of the same user tries: signals, floods, and a hand in the database.

const canary = 'attacks-canary-5d1e'
const granted = z.object({ token: z.string() })

/** Pairs a program on the wire, as the person's browser or as one that plays it. */
const pair = async (companion: Companion, browser: WireBrowser): Promise<Line> => {
  await using pairing = await beginPairing(companion)
  const line = await browser.pair(pairing.code)
  await line.hello()
  await pairing.paired()
  return line
}

describe('a companion that runs', () => {
  let companion: Companion
  let ready: Ready
  let line: Line
  beforeAll(async () => {
    companion = await createCompanion()
    ready = await companion.start()
    line = await pair(companion, await createWireBrowser('Ada'))
  })
  afterAll(() => companion.close())

  test('opens no debugger at the signal that makes Node open one', async () => {
    process.kill(ready.pid, 'SIGUSR1')
    expect((await statusOf(companion)).companion.pid).toBe(ready.pid)
    expect(companion.printed()).not.toContain('Debugger')
  })

  test('is not buried in questions of the terminal', async () => {
    const asked = ['One', 'Two', 'Three', 'Four'].map((label) => companion.begin(['agents', 'add', label]))
    await until('four questions wait', async () => (await statusOf(companion)).pending === 4)
    const { code, stdout } = await companion.run(['agents', 'add', 'Five', '--json'])
    expect(code).toBe(1)
    expect(refusal.parse(JSON.parse(stdout)).error.code).toBe('approval_busy')
    await Promise.all(asked.map((command) => command.close()))
    await until('they were taken back', async () => (await statusOf(companion)).pending === 0)
  })

  test.skipIf(process.platform !== 'linux')('stays small however much an agent asks without reading', async () => {
    await using command = companion.begin(['agents', 'add', 'Greedy', '--json'])
    await line.approve('add agent Greedy')
    const { token } = await command.line(granted)
    const before = await memoryOf(ready.pid)
    const socket = await dial(companion, { mcp: { token } })
    const question = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })}\n`
    const [asked, most] = [question.repeat(10_000), 40]
    let taken = 0
    // Until the companion takes no more, or has taken all: about 80 bytes each time, for thousands in the answer.
    while (
      taken < most &&
      (socket.write(asked) || (await Promise.race([drained(socket), statusOf(companion)])) === 'drained')
    )
      taken += 1
    expect(taken).toBeLessThan(most)
    expect((await memoryOf(ready.pid)) - before).toBeLessThan(200 * 1024)
    socket.destroy()
  })

  test('hears no more than a short line of who shows no token', async () => {
    const socket = connect(join(companion.home, 'control.sock'))
    socket.on('error', () => undefined)
    const said: unknown[] = []
    socket.on('data', (chunk) => said.push(chunk))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('x'.repeat(1024 * 1024))
    await within(4, 'the end of the connection', closed)
    expect(said).toEqual([])
  })
})

describe('a database that somebody had a hand in', () => {
  let companion: Companion
  let ada: WireBrowser
  beforeAll(async () => {
    companion = await createCompanion()
    await companion.start()
    ada = await createWireBrowser('Ada')
    const line = await pair(companion, ada)
    await line.save(sampleSession('ada', canary))
    await line.peer.close()
    await companion.stop()
  })
  afterAll(() => companion.close())

  test('a damaged row of the ledger is an alarm, and ends nothing', async () => {
    await meddle(companion, "update ledger set details = 'torn' where kind = 'session_saved'")
    const { pid } = await companion.start()
    const { stdout } = await companion.run(['status'])
    expect(stdout).toMatch(/Entry \d+ of the ledger is damaged/)
    expect((await statusOf(companion)).companion.pid).toBe(pid)
    await companion.stop()
  })

  test('sessions that were put aside while another browser paired do not open for it', async () => {
    await meddle(
      companion,
      `create table aside as select * from vault_records;
       create table keys_aside as select * from sealed_items where name like 'browser %' or name = 'era';
       delete from vault_records; delete from sealed_items where name like 'browser %'`,
    )
    const { url } = await companion.start()
    const port = Number(new URL(url).port)
    const eve = await createWireBrowser('Eve')
    await (await pair(companion, eve)).peer.close()
    await companion.stop()

    await meddle(companion, 'insert into vault_records select * from aside')
    await companion.start()
    const line = await eve.connect(port)
    await line.hello()
    const { code, said, file } = await exportOverWire(companion, line)
    expect([code, file]).toEqual([1, undefined])
    expect(said).toContain('no_such_session')
    await line.peer.close()
    await companion.stop()

    // And where the sessions' era is put back, too, the browser does not count.
    await meddle(
      companion,
      'update vault_records set set_aside_at = null; insert or replace into sealed_items select * from keys_aside',
    )
    await companion.start()
    await expect(eve.connect(port)).rejects.toThrow('closed')
    await companion.stop()
  })
})

/** In KiB, as Linux tells it. */
const memoryOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1])
}

const dial = async (companion: Companion, first: unknown): Promise<Socket> => {
  const socket = connect(join(companion.home, 'control.sock'))
  socket.on('error', () => undefined)
  socket.write(`${JSON.stringify(first)}\n`)
  await once(socket, 'readable')
  return socket
}

const drained = async (socket: Socket): Promise<'drained'> => {
  await once(socket, 'drain')
  return 'drained'
}
