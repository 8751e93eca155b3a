import { describe, expect, it } from 'vitest'
import { tempHouse } from '../testing/temp-house.ts'
import { createPause } from './pause.ts'

const setUp = async () => {
  const house = await tempHouse()
  const { database, items, ledger } = house
  return { ...house, reopen: () => createPause({ database, items, ledger }) }
}

describe('pause', () => {
  it('holds, tells, is entered once, and outlives the process', async () => {
    const { pause, reopen, rows } = await setUp()
    let told = 0
    pause.onChange(() => {
      told += 1
    })
    const { aborted } = pause.signal()
    await pause.pause('Chrome')
    await pause.pause('Chrome')
    expect([aborted, pause.isPaused(), told, reopen().isPaused()]).toEqual([false, true, 1, true])
    await pause.resume('Chrome')
    expect([pause.isPaused(), pause.signal().aborted, reopen().isPaused()]).toEqual([false, false, false])
    expect(rows()).toEqual(['paused done', 'resumed done'])
  })

  it.each([
    ['taken out', `delete from sealed_items where name = 'pause'`],
    ['spoiled', `update sealed_items set sealed = x'00' where name = 'pause'`],
  ])('counts as a pause once its memory was %s', async (_how, sql) => {
    const { pause, reopen, meddle } = await setUp()
    await pause.pause('Chrome')
    await pause.resume('Chrome')
    meddle(sql)
    expect(reopen().isPaused()).toBe(true)
  })

  it('counts as a pause when an older memory was put back', async () => {
    const { pause, reopen, items } = await setUp()
    await pause.pause('Chrome')
    await pause.resume('Chrome')
    const old = items.get('pause')
    await pause.pause('Chrome')
    if (old !== undefined) items.put('pause', old)
    expect(reopen().isPaused()).toBe(true)
  })

  it('counts as a pause when an older memory was put back, and an entry added that it ended', async () => {
    const { pause, reopen, items, ledger } = await setUp()
    await pause.pause('Chrome')
    await pause.resume('Chrome')
    const old = items.get('pause') ?? new Uint8Array()
    await pause.pause('Chrome')
    items.put('pause', old)
    ledger.append({ kind: 'resumed', asker: { kind: 'browser', label: 'Chrome' } })
    expect(reopen().isPaused()).toBe(true)
    await reopen().resume('Chrome')
    expect(reopen().isPaused()).toBe(false)
  })

  it('holds even when the disk does not take it', async () => {
    const { pause, database } = await setUp()
    database.script('pragma query_only = 1')
    await expect(pause.pause('Chrome')).rejects.toMatchObject({ code: 'disk_read_only' })
    expect(pause.isPaused()).toBe(true)
  })
})
