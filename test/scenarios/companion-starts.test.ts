import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCompanion } from '../support/companion.ts'
import { ledgerRows } from '../support/ledger.ts'
import { offer } from '../support/pairing.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'

// One companion a person: it starts, says where it is, and is there again whatever ended it.

describe('the companion', () => {
  test('says where it listens, and how it stands', async () => {
    await using companion = await createCompanion()
    const ready = await companion.start()
    expect(ready).toEqual({ url: `http://127.0.0.1:${companion.port}`, pid: ready.pid, paired: false })
    const health = await fetch(`${ready.url}/health`)
    expect(await health.json()).toMatchObject({ ok: true, name: 'countersign' })

    expect(await statusOf(companion)).toMatchObject({
      companion: { port: companion.port, pid: ready.pid },
      browsers: [],
      paused: false,
      sessions: 0,
      agents: 0,
      pending: 0,
      alarms: [],
    })
    const words = await companion.run(['status'])
    expect(words.code).toBe(0)
    expect(words.stdout).toContain('countersign pair')
  })

  test('is one: a second start says where the first is, and both go on', async () => {
    await using companion = await createCompanion()
    const first = await companion.start()
    const second = await companion.run(['start', '--json'])
    expect(second.code).toBe(0)
    expect(JSON.parse(second.stdout)).toEqual(first)
    const inWords = await companion.run(['start'])
    expect(inWords.stdout).toContain(first.url)
    expect((await statusOf(companion)).companion.pid).toBe(first.pid)
  })

  test('ends cleanly when told to, and enters that in the ledger', async () => {
    await using companion = await createCompanion()
    await companion.start()
    expect(await companion.stop()).toEqual({ code: 0, signal: null })
    await companion.start()
    expect((await ledgerRows(companion)).map(({ kind }) => kind)).toEqual(['start', 'stop', 'start'])
  })

  test('is there again after it was killed', async () => {
    await using companion = await createCompanion()
    const { pid } = await companion.start()
    await companion.kill()
    const gone = await companion.run(['status', '--json'])
    expect(gone.code).toBe(1)
    expect(JSON.parse(gone.stdout)).toMatchObject({ error: { code: 'not_running' } })
    const again = await companion.start()
    expect(again.pid).not.toBe(pid)
    expect((await statusOf(companion)).companion.pid).toBe(again.pid)
  })

  test('is started by `pair` when none runs, and outlives it', async () => {
    await using companion = await createCompanion()
    await using pairing = companion.begin(['pair', '--json'])
    const { code, url } = await pairing.line(offer)
    expect(code).toMatch(new RegExp(`^${companion.port}\\.[A-Za-z0-9_-]{43}$`))
    expect(url).toBe(`http://127.0.0.1:${companion.port}/pair#${code}`)
    pairing.signal('SIGINT')
    expect(await pairing.ended).toMatchObject({ code: 1 })
    expect((await statusOf(companion)).companion.port).toBe(companion.port)
  })

  test('leaves a taken port to the program that holds it', async () => {
    await using companion = await createCompanion()
    const squatter = createServer().listen({ host: '127.0.0.1', port: companion.port })
    await until('the port is taken', () => squatter.listening)
    try {
      const { code, stdout, stderr } = await companion.run(['start', '--json'])
      expect(code).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ports_taken' } })
      expect(stderr).toContain(String(companion.port))
      expect(squatter.listening).toBe(true)

      // What it could not do in the background it says in the foreground, too.
      const pairing = await companion.run(['pair', '--json'])
      expect(pairing.code).toBe(1)
      expect(JSON.parse(pairing.stdout)).toMatchObject({ error: { code: 'ports_taken' } })
    } finally {
      squatter.close()
    }
  })

  test('many started at once come to one', async () => {
    await using companion = await createCompanion()
    const started = [1, 2, 3, 4].map(() => companion.begin(['start', '--json']))
    const ready = z.object({ url: z.string(), pid: z.int() })
    const pids = await Promise.all(started.map(async (program) => (await program.line(ready)).pid))
    expect(new Set(pids).size).toBe(1)
  })
})

describe('a vault whose key is gone', () => {
  test('stays closed, also for a pairing, until everything is erased on purpose', async () => {
    await using companion = await createCompanion()
    await companion.start()
    await companion.stop()
    await rm(join(companion.home, 'vault.key'))

    const started = await companion.run(['start', '--json'])
    expect(started.code).toBe(1)
    expect(JSON.parse(started.stdout)).toMatchObject({ error: { code: 'vault_key_missing' } })
    const refused = await companion.run(['pair', '--json'])
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'vault_key_missing' } })

    await using pairing = companion.begin(['pair', '--reset', '--json'])
    await pairing.line(offer)
    expect((await ledgerRows(companion)).map(({ kind }) => kind)).toEqual(['start', 'reset'])
  })
})
