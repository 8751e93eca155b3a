import { randomBytes } from 'node:crypto'
import { Secret } from '@countersign/shared/secret'
import { describe, expect, it } from 'vitest'
import type { Alarms } from '../access/alarms.ts'
import { fakeTime } from '../testing/fake-time.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { createSealedItems } from '../vault/sealed-items.ts'
import { companionAsker } from './askers.ts'
import { createLedger } from './ledger.ts'
import { createWholeLedger } from './whole-ledger.ts'

const setUp = async (entries = 12) => {
  const { database, meddle } = tempDatabase()
  const items = createSealedItems({ database, masterKey: new Secret(new Uint8Array(32)), random: randomBytes })
  const ledger = createLedger({ database, time: fakeTime() })
  const append = (count: number) => {
    for (let number = 0; number < count; number += 1) {
      ledger.append({ kind: number % 3 === 0 ? 'muted' : 'start', asker: companionAsker, details: { number } })
    }
  }
  append(entries)
  /** As at the next start; gives the entry that the alarm names, and takes the alarm away again. */
  const start = async () => {
    const raised: unknown[] = []
    const alarms: Pick<Alarms, 'raise'> = { raise: (_, details) => void raised.push(details) }
    const whole = createWholeLedger({ database, items, alarms, signal: new AbortController().signal })
    await whole.check()
    return { whole, raised }
  }
  return { append, meddle, start }
}

describe('the whole ledger', () => {
  it.each([0, 1, 499, 500, 501, 1_203])('of %s entries that nobody touched is no alarm', async (entries) => {
    const { start } = await setUp(entries)
    expect((await start()).raised).toEqual([])
  })

  it.each([
    ['another kind', "update ledger set kind = 'stop' where seq = 4", { entry: 4, fault: 'altered' }],
    ['other details', "update ledger set details = '{}' where seq = 4", { entry: 4, fault: 'altered' }],
    ['torn details', "update ledger set details = '{' where seq = 4", { entry: 4, fault: 'altered' }],
    ['odd text', "update ledger set kind = cast(x'ff' as text) where seq = 4", { entry: 4, fault: 'altered' }],
    ['an entry taken out', 'delete from ledger where seq = 4', { entry: 4, fault: 'missing' }],
    ['the first one taken out', 'delete from ledger where seq = 1', { entry: 1, fault: 'missing' }],
    [
      'two that changed places',
      'update ledger set seq = -1 where seq = 4; update ledger set seq = 4 where seq = 5; update ledger set seq = 5 where seq = -1',
      { entry: 4, fault: 'reordered' },
    ],
    ['the last one', "update ledger set kind = 'stop' where seq = 12", { entry: 12, fault: 'altered' }],
  ])('with %s: the alarm names the entry', async (_, sql, details) => {
    const { meddle, start } = await setUp()
    meddle(sql)
    expect((await start()).raised).toEqual([details])
    // She has not looked, so it stands.
    expect((await start()).raised).toEqual([details])
  })

  it('is taken as it is once she has looked, and held against that from then on', async () => {
    const { append, meddle, start } = await setUp()
    meddle("update ledger set kind = 'stop' where seq = 4")
    const { whole } = await start()
    append(1)
    await whole.looked()
    append(5)
    expect((await start()).raised).toEqual([])
    meddle("update ledger set kind = 'stop' where seq = 7")
    expect((await start()).raised).toEqual([{ entry: 13, fault: 'altered' }])
  })

  it.each([
    ['after what she looked at', "update ledger set kind = 'stop' where seq = 14", { entry: 14, fault: 'altered' }],
    ['what she looked at, put back as it was', "update ledger set kind = 'muted' where seq = 4", { entry: 12 }],
    ['what was remembered of her look', "delete from sealed_items where name like 'ledger%'", { entry: 4 }],
    ['the same, spoilt', "update sealed_items set sealed = zeroblob(99) where name like 'ledger%'", { entry: 4 }],
  ])('tells when somebody meddles with %s', async (_, sql, details) => {
    const { append, meddle, start } = await setUp()
    meddle("update ledger set kind = 'stop' where seq = 4")
    await (await start()).whole.looked()
    append(5)
    meddle(sql)
    expect((await start()).raised).toMatchObject([details])
  })
})
