import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'
import { ledgerRows } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { beginPairing, pairedBrowsers } from '../support/pairing.ts'
import { statusOf } from '../support/status.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'

// What an agent with a shell may write into the database by hand. All of it is sealed, and some of it was good once.

const granted = z.object({ token: z.string() })
const agents = z.array(z.looseObject({ label: z.string() }))

describe('written into the database by hand', () => {
  let companion: Companion
  let ada: WireBrowser
  let line: Line
  beforeAll(async () => {
    companion = await createCompanion()
    await companion.start()
    ada = await createWireBrowser('Ada')
    await using pairing = await beginPairing(companion)
    line = await ada.pair(pairing.code)
    await line.hello()
    await pairing.paired()
  })
  afterAll(() => companion.close())

  /** Ends the companion, changes its database, and starts it again, with the browser. */
  const meddled = async (sql: string): Promise<void> => {
    await companion.stop()
    await meddle(companion, sql)
    await companion.start()
    line = await ada.connect(companion.port)
    await line.hello()
  }
  const keepCopy = () => meddled('drop table if exists aside; create table aside as select * from sealed_items')
  const putBack = (what: string) =>
    meddled(`insert or replace into sealed_items select * from aside where name like '${what} %'`)

  const grant = async (label: string): Promise<string> => {
    await using command = companion.begin(['agents', 'add', label, '--json'])
    await line.approve(`add agent ${label}`)
    return (await command.line(granted)).token
  }
  const labels = async (): Promise<readonly string[]> =>
    agents.parse(JSON.parse((await companion.run(['agents', 'list', '--json'])).stdout)).map(({ label }) => label)
  const comesIn = async (token: string): Promise<boolean> => {
    const { code, stdout } = await companion.run(['mcp'], { env: { COUNTERSIGN_TOKEN: token }, input: '' })
    expect(stdout).toBe('')
    return code === 0
  }

  test('a grant that was taken back: its token stays shut out', async () => {
    const token = await grant('Job scout')
    expect(await comesIn(token)).toBe(true)
    await keepCopy()
    expect(await companion.run(['agents', 'revoke', 'Job scout'])).toMatchObject({ code: 0 })
    await putBack('grant')
    expect(await labels()).toEqual([])
    expect(await comesIn(token)).toBe(false)
    await line.look('grants_altered')
  })

  test('the grants of two agents, exchanged: neither counts', async () => {
    const [one, two] = [await grant('One'), await grant('Two')]
    expect(await labels()).toEqual(['One', 'Two'])
    await meddled(`
      create temp table two as select name, sealed from sealed_items where name like 'grant %';
      update sealed_items set sealed = (select sealed from two where two.name <> sealed_items.name)
      where name like 'grant %'`)
    expect(await labels()).toEqual([])
    expect([await comesIn(one), await comesIn(two)]).toEqual([false, false])
    await line.look('grants_altered')
  })

  test('a grant and a browser that were made up: neither is listed, and the rest goes on', async () => {
    const before = await statusOf(companion)
    await meddled(
      `insert into sealed_items values ('grant of-our-own', randomblob(300)), ('browser of-our-own', randomblob(300))`,
    )
    const { agents: amount, browsers } = await statusOf(companion)
    expect({ amount, browsers }).toEqual({ amount: 0, browsers: before.browsers })
    await line.look('grants_altered')
  })

  test('a browser that was unpaired: it stays out', async () => {
    const eve = await createWireBrowser('Eve')
    await using pairing = await beginPairing(companion)
    const theirs = await eve.pair(pairing.code)
    expect((await theirs.hello()).standing).toBe('held')
    await line.approve('pair browser')
    const { fingerprint } = await pairing.paired()
    await keepCopy()
    await expect(eve.connect(companion.port)).resolves.toBeDefined()

    expect(await companion.run(['pair', 'remove', fingerprint])).toMatchObject({ code: 0 })
    await putBack('browser')
    expect((await pairedBrowsers(companion)).map(({ label }) => label)).toEqual(['Ada'])
    await expect(eve.connect(companion.port)).rejects.toThrow('closed')
    expect((await ledgerRows(companion)).map(({ kind }) => kind)).toContain('peer_unknown')
  })
})
