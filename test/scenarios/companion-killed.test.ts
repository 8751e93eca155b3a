import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createChance } from '../support/chance.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportOverWire } from '../support/export-over-wire.ts'
import { filesWith } from '../support/files.ts'
import { ledgerRows } from '../support/ledger.ts'
import { beginPairing } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line, type Via } from '../support/wire-browser.ts'
import { openWorld } from '../support/world.ts'

// `kill -9` comes at any line: the next companion has the old state or the new one, and everybody finds it.

const account = 'example-freelancer'
const points = 20

describe('killed while questions are open', () => {
  test('each call under way fails and is entered as interrupted, the relay starts the next, and the browser comes by itself', async () => {
    await using world = await openWorld()
    const { companion, extension } = world
    await world.signIn(account)
    await world.pair()
    await using scout = await world.addAgent('Job scout')
    await using writer = await world.addAgent('Letter writer')

    const lost = [scout.call('save_session', { reason: 'one' }), writer.call('save_session', { reason: 'two' })]
    await (await extension.prompt()).question('save_session')
    await until('both are asked', async () => (await statusOf(companion)).pending === 2)
    await companion.kill()
    for (const call of lost) {
      expect(await call).toMatchObject({
        isError: true,
        structuredContent: { saved: false, code: 'companion_restarted' },
      })
    }

    // Nobody starts the next one but the relay, for its client's next line.
    expect(await scout.call('session_status')).toMatchObject({ structuredContent: { saved: false, state: 'none' } })
    expect((await whenConnected(companion, 45)).pending).toBe(0)

    const interrupted = (await ledgerRows(companion)).filter(({ kind }) => kind === 'interrupted')
    expect(new Set(interrupted.map(({ asker, tool }) => `${asker}: ${tool}`))).toEqual(
      new Set(['Job scout: save_session', 'Letter writer: save_session']),
    )
    expect(interrupted).toHaveLength(2)

    const again = writer.call('save_session', { reason: 'again' })
    await world.approve('Letter writer', 'save_session')
    expect(await again).toMatchObject({ structuredContent: { saved: true, account, version: 1 } })
  })

  test('a browser that has begun to wait between its tries is there at once when the popup opens', async () => {
    await using world = await openWorld()
    const { companion, extension, tab } = world
    await world.pair()
    await companion.kill()

    // A program on the port that hangs up on everybody counts the tries: after four the next is due in eight seconds.
    let tries = 0
    const nobody = createServer((socket) => {
      tries += 1
      socket.destroy()
    }).listen(companion.port, '127.0.0.1')
    await until('the browser has tried four times', () => tries >= 4, { seconds: 30 })
    await new Promise((resolve) => nobody.close(resolve))
    await companion.start()

    const opened = performance.now()
    await using popup = await extension.openPopup(tab)
    await until('the popup is connected', () => popup.isEnabled('Pause all agents'), { seconds: 5 })
    expect(performance.now() - opened).toBeLessThan(5_000)
    expect((await statusOf(companion)).browsers).toMatchObject([{ connected: true }])
  })
})

describe('killed at points of chance', { timeout: 150_000 }, () => {
  test('of saving: the last receipt holds, at most the save under way is there beyond it, and nothing lies in the clear', async () => {
    const chance = createChance(7)
    await using companion = await createCompanion()
    const browser = await createWireBrowser()
    await companion.start()
    await using pairing = await beginPairing(companion)
    let line = await browser.pair(pairing.code)
    await line.hello()

    const canary = 'canary-of-a-killed-save'
    const saved = new Map([[0, '']])
    let receipt = 0
    let sent = ''
    const opened: { file: string | undefined; last: string }[] = []
    let tries = 0
    const keepSaving = async (over: Line): Promise<void> => {
      for (;;) {
        sent = `${canary}.${(tries += 1)}`
        receipt = (await over.save(sampleSession(account, sent))).version
        saved.set(receipt, sent)
      }
    }

    for (let point = 1; point <= points; point += 1) {
      const saving = keepSaving(line).catch(() => undefined)
      const enough = receipt + chance.whole(0, 3)
      await until('some saves have their receipts', () => receipt >= enough)
      await pause(chance.whole(0, 40))
      await companion.kill()
      await saving
      expect(await filesWith(companion.home, canary)).toEqual([])

      await companion.start()
      line = await browser.connect(companion.port)
      const { overview } = await line.hello()
      const version = overview?.accounts[0]?.version ?? 0
      expect([receipt, receipt + 1]).toContain(version)
      if (version > receipt) saved.set(version, sent)
      receipt = version
      if (point % 5 !== 0) continue
      const { file } = await exportOverWire(companion, line)
      opened.push({ file, last: `"${saved.get(version)}"` })
    }
    expect(opened).toHaveLength(points / 5)
    for (const { file, last } of opened) expect(file).toContain(last)
    expect(receipt).toBeGreaterThan(points)

    const rows = await ledgerRows(companion)
    const calls = (outcome: string) =>
      rows.filter((row) => row.tool === 'save_session' && row.kind !== 'session_saved' && row.outcome === outcome)
        .length
    expect(calls('interrupted')).toBeGreaterThan(0)
    expect(calls('done') + calls('interrupted')).toBe(calls('intent'))
  })

  test('of pairing: it is paired or it is not, at both ends, and a pin without its browser does not count', async () => {
    const chance = createChance(11)
    await using companion = await createCompanion()
    await companion.start()
    const seen = { old: 0, new: 0 }

    for (let point = 1; point <= points; point += 1) {
      const browser = await createWireBrowser()
      await using pairing = await beginPairing(companion)
      const dying = killAt(companion, chance.whole(1, 8), chance.whole(0, 3))
      const told = await browser.pair(pairing.code, dying.via).then(
        async (line) => (await line.hello().catch(() => undefined))?.standing,
        () => undefined,
      )
      await dying.now()

      const { paired } = await companion.start()
      const known = await browser.connect(companion.port).then(
        async (line) => (await line.hello()).standing,
        () => undefined,
      )
      expect(known).toBe(paired ? 'paired' : undefined)
      expect(told === undefined || paired).toBe(true)
      seen[paired ? 'new' : 'old'] += 1

      // Without a paired browser the next code is free to all; with one it would have to say yes.
      if (!paired) continue
      const { browsers } = await statusOf(companion)
      expect(await companion.run(['pair', 'remove', browsers[0]?.fingerprint ?? ''])).toMatchObject({ code: 0 })
    }
    expect(seen.old).toBeGreaterThan(0)
    expect(seen.new).toBeGreaterThan(0)
    await ledgerRows(companion)
  })
})

/** Kills the companion so many milliseconds after this frame, counted in both directions; at the latest when told to. */
function killAt(companion: Companion, frame: number, late: number): { via: Via; now(): Promise<unknown> } {
  let passed = 0
  let killing: Promise<unknown> | undefined
  const kill = (): Promise<unknown> => (killing ??= companion.kill())
  const count = (): void => {
    passed += 1
    if (passed === frame) void pause(late).then(kill)
  }
  return {
    now: kill,
    via: (socket) => ({
      ...socket,
      send(bytes) {
        socket.send(bytes)
        count()
      },
      listen: (on) =>
        socket.listen({
          ...on,
          frame(bytes) {
            on.frame(bytes)
            count()
          },
        }),
    }),
  }
}
