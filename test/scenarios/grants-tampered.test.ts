import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent } from '../support/agent.ts'
import { ledgerRows, verifyLedger } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Grants that an agent with a shell wrote into the database, or put back as they once were. None of them lets anybody in.

const agents = z.array(z.looseObject({ label: z.string() }))

let world: World
let kept: string
beforeAll(async () => {
  world = await openWorld()
  await world.signIn('example-freelancer')
  await world.pair()
  kept = await world.grant('Job scout')
})
afterAll(() => world.close())

/** Ends the companion, changes its database, and starts it again. */
const meddled = async (sql: string): Promise<void> => {
  const { companion } = world
  await companion.stop()
  await meddle(companion, sql)
  await companion.start()
  await whenConnected(companion, 45)
}
const keepCopy = () => meddled('drop table if exists aside; create table aside as select * from sealed_items')
const putBack = () => meddled(`insert or replace into sealed_items select * from aside where name like 'grant %'`)
const labels = async (): Promise<readonly string[]> =>
  agents.parse(JSON.parse((await world.companion.run(['agents', 'list', '--json'])).stdout)).map(({ label }) => label)
const comesIn = async (token: string): Promise<boolean> => {
  const { code } = await world.companion.run(['mcp'], { env: { COUNTERSIGN_TOKEN: token }, input: '' })
  return code === 0
}

/** Nothing passes, hers included that is good, and it says why; also after another start. */
const isAlarmed = async (): Promise<void> => {
  const { companion, extension, tab } = world
  await using good = await connectAgent(companion, kept)
  expect((await good.call('session_status')).structuredContent).toMatchObject({ code: 'grants_altered' })
  const adding = await companion.run(['agents', 'add', 'Another', '--json'])
  expect(JSON.parse(adding.stdout)).toMatchObject({ error: { code: 'grants_altered' } })
  expect((await statusOf(companion)).alarms).toEqual(['grants_altered'])
  await using popup = await extension.openPopup(tab)
  expect(await popup.says('alert', 'about your agents was changed')).toContain('add it again')
}
const look = async (): Promise<void> => {
  await using popup = await world.extension.openPopup(world.tab)
  await popup.press('I have looked')
  await until('the alarm is gone', async () => (await popup.find('alert')) === undefined)
}
/** What was bad is gone for good, and what was good lives on. */
const isOver = async (): Promise<void> => {
  await using before = await connectAgent(world.companion, kept)
  expect((await before.call('session_status')).isError).toBe(false)
  await meddled('select 1')
  expect((await statusOf(world.companion)).alarms).toEqual([])
  await using after = await connectAgent(world.companion, kept)
  expect((await after.call('session_status')).isError).toBe(false)
  expect(await labels()).toEqual(['Job scout'])
}

describe('a grant that nobody approved', () => {
  test('made up: no call passes until she has looked, and then it is gone', async () => {
    await meddled(`insert into sealed_items values ('grant of-our-own', randomblob(300))`)
    await isAlarmed()
    // That there was an alarm can't be cut off the ledger, either.
    const rows = await ledgerRows(world.companion)
    const raised = rows.findIndex(({ kind }) => kind === 'alarm') + 1
    await until(
      'the alarm is countersigned',
      async () => ((await verifyLedger(world.companion)).signed?.entry ?? 0) >= raised,
    )
    await meddled('select 1')
    await isAlarmed()
    await look()
    await isOver()
    expect((await ledgerRows(world.companion)).map(({ kind }) => kind)).toContain('revoked')
  })

  test('its sealed row changed by a byte: the same', async () => {
    const token = await world.grant('Invoices')
    await meddled(`
      update sealed_items set sealed = cast(substr(sealed, 1, 60) || x'00' || substr(sealed, 62) as blob)
      where name = (select name from sealed_items where name like 'grant %' and name <> (
        select name from sealed_items join ledger on 'grant ' || json_extract(details, '$.grant') = name
        where json_extract(details, '$.label') = 'Job scout' limit 1))`)
    await isAlarmed()
    await look()
    expect(await comesIn(token)).toBe(false)
    await isOver()
  })
})

describe('an older copy of a grant', () => {
  test('from before it was taken back: it stays shut out', async () => {
    const token = await world.grant('Invoices')
    await keepCopy()
    expect((await world.companion.run(['agents', 'revoke', 'Invoices'])).code).toBe(0)
    await putBack()
    await isAlarmed()
    expect(await comesIn(token)).toBe(false)
    await look()
    expect(await comesIn(token)).toBe(false)
    await isOver()
  })

  test('from before it was given a new token: neither the old token nor the new one counts', async () => {
    const { companion } = world
    const old = await world.grant('Invoices')
    await keepCopy()
    await using command = companion.begin(['agents', 'rotate', 'Invoices', '--json'])
    await using shown = await world.approve('Terminal', 'rotate agent Invoices')
    const { token } = await command.line(z.object({ token: z.string() }))
    await shown.close()
    await putBack()
    await isAlarmed()
    await look()
    expect([await comesIn(old), await comesIn(token)]).toEqual([false, false])
    await isOver()
  })

  test('from before it was renamed: its old name does not come back', async () => {
    const { companion } = world
    await world.grant('Invoices')
    await keepCopy()
    await using command = companion.begin(['agents', 'rename', 'Invoices', 'Bookkeeper'])
    await using shown = await world.approve('Terminal', 'rename agent Invoices')
    expect((await command.ended).code).toBe(0)
    await shown.close()
    await putBack()
    await isAlarmed()
    await look()
    await isOver()
  })

  test('from before it was kept to one account: it does not get at the others again', async () => {
    const { companion } = world
    const token = await world.grant('Invoices')
    await keepCopy()
    await using command = companion.begin(['agents', 'pin', 'Invoices', 'example-freelancer'])
    await using shown = await world.approve('Terminal', 'pin agent Invoices')
    expect((await command.ended).code).toBe(0)
    await shown.close()
    await putBack()
    await isAlarmed()
    await look()
    expect(await comesIn(token)).toBe(false)
    await isOver()
  })
})

test('a grant that is merely gone shuts its agent out, and is no alarm', async () => {
  const token = await world.grant('Invoices')
  await meddled(`
    delete from sealed_items where name like 'grant %' and name <> (
      select name from sealed_items join ledger on 'grant ' || json_extract(details, '$.grant') = name
      where json_extract(details, '$.label') = 'Job scout' limit 1)`)
  expect((await statusOf(world.companion)).alarms).toEqual([])
  expect(await comesIn(token)).toBe(false)
  await isOver()
})

test('an entry of the ledger changed in its place, and an older copy put back', async () => {
  const { companion, extension, tab } = world
  const token = await world.grant('Invoices')
  await keepCopy()
  expect((await companion.run(['agents', 'revoke', 'Invoices'])).code).toBe(0)
  // The head above it is countersigned, and stays as it is: by that alone nobody would know.
  await until('that is countersigned', async () => (await verifyLedger(companion)).unsigned === 0)
  const entry = (await ledgerRows(companion)).findLastIndex(({ kind }) => kind === 'revoked') + 1
  await meddled(`
    update ledger set kind = 'stop' where seq = ${entry};
    insert or replace into sealed_items select * from aside where name like 'grant %'`)

  expect((await statusOf(companion)).alarms).toEqual(['ledger_diverged'])
  await using back = await connectAgent(companion, token)
  expect((await back.call('session_status')).structuredContent).toMatchObject({ code: 'ledger_diverged' })
  await using popup = await extension.openPopup(tab)
  expect(await popup.says('alert', `The ledger was changed at entry ${entry}`)).toContain('Look at your agents')
  await popup.press('I have looked')
  await popup.says('status', 'Noted')
  expect((await back.call('session_status')).isError).toBe(false)
  expect((await companion.run(['agents', 'revoke', 'Invoices'])).code).toBe(0)

  // It is taken as it is from then on: no alarm at each start.
  await meddled('select 1')
  expect((await statusOf(companion)).alarms).toEqual([])
  expect(await comesIn(token)).toBe(false)
})
