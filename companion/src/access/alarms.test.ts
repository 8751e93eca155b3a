import { describe, expect, it } from 'vitest'
import { tempHouse } from '../testing/temp-house.ts'
import { createAlarms } from './alarms.ts'

const diverged = { alarm: 'ledger_diverged', about: null, text: 'Look.' } as const
const doubled = { alarm: 'browser_doubled', about: '7K2M-9QXD', text: 'Look there.' } as const
const her = { kind: 'browser', label: 'Chrome' } as const

describe('an alarm', () => {
  it('is raised once for what it is about, and ends when she has looked', async () => {
    const { alarms, rows } = await tempHouse()
    let changes = 0
    alarms.onChange(() => (changes += 1))
    alarms.raise(diverged)
    alarms.raise(diverged)
    alarms.raise(doubled, { more: 7 })
    expect(alarms.list()).toEqual([diverged, doubled])
    expect(alarms.clear({ alarm: 'browser_doubled', about: 'other' }, her)).toBe(false)
    expect(alarms.clear(diverged, her)).toBe(true)
    expect(alarms.list()).toEqual([doubled])
    expect(changes).toBe(3)
    expect(rows()).toEqual(['alarm done', 'alarm done', 'looked done'])
  })

  it('lets no call pass when it is the ledger, those under way included', async () => {
    const { alarms, gate } = await tempHouse()
    const under = gate.signals('g1')
    alarms.raise(doubled)
    expect(gate.closed('g1')).toBeUndefined()
    alarms.raise(diverged)
    expect(gate.closed('g1')).toMatchObject({ code: 'ledger_diverged' })
    expect(under.some(({ aborted }) => aborted)).toBe(true)
    alarms.clear(diverged, her)
    expect(gate.closed('g1')).toBeUndefined()
    expect(gate.signals('g1').some(({ aborted }) => aborted)).toBe(false)
  })

  it('of several that let no call pass says by its code which one still stands', async () => {
    const { alarms, gate } = await tempHouse()
    const altered = { alarm: 'policy_altered', about: null, text: 'Look.' } as const
    alarms.raise(diverged)
    alarms.raise(altered)
    expect(gate.closed('g1')).toMatchObject({ code: 'ledger_diverged' })
    alarms.clear(diverged, her)
    expect(gate.closed('g1')).toMatchObject({ code: 'policy_altered' })
    alarms.clear(altered, her)
    expect(gate.closed('g1')).toBeUndefined()
  })

  it.each([
    ['deleted', 'delete from sealed_items'],
    ['changed', "update sealed_items set sealed = zeroblob(80) where name = 'alarms'"],
    ['gone from the ledger', "delete from ledger where kind = 'alarm'"],
  ])('outlives the process, also where what tells of it was %s', async (_, sql) => {
    const { alarms, database, items, ledger, meddle } = await tempHouse()
    alarms.raise(diverged)
    expect(createAlarms({ database, items, ledger }).list()).toEqual([diverged])
    meddle(sql)
    const again = createAlarms({ database, items, ledger })
    expect(again.list()).toMatchObject([{ alarm: 'ledger_diverged' }])
    expect(again.signal().aborted).toBe(true)
  })

  it.each([
    ['torn', "'torn'"],
    ['another thing', "'{}'"],
    ['no text at all', `cast(x'7b2261223a22ff227d' as text)`],
  ])('is taken for the worst where the ledger’s word for it is %s, until she has looked', async (_, details) => {
    const { alarms, database, items, ledger, meddle } = await tempHouse()
    alarms.raise(doubled)
    ledger.append({ kind: 'stop', asker: her })
    meddle('delete from sealed_items')
    meddle(`update ledger set details = ${details} where kind = 'alarm'`)
    const open = () => createAlarms({ database, items, ledger })
    const again = open()
    expect(again.list()).toMatchObject([{ alarm: 'ledger_diverged', about: null }])
    expect(again.clear(diverged, her)).toBe(true)
    expect(open().list()).toEqual([])
  })

  it('stands where an entry was added that she has looked, and its memory taken out or put back from before', async () => {
    const { alarms, database, items, ledger, meddle } = await tempHouse()
    const open = () => createAlarms({ database, items, ledger })
    alarms.raise(doubled)
    alarms.clear(doubled, her)
    const before = items.get('alarms') ?? new Uint8Array()
    alarms.raise(diverged)
    ledger.append({ kind: 'looked', asker: her, details: { alarm: 'ledger_diverged', about: null } })
    items.put('alarms', before)
    expect(open().list()).toEqual([diverged])
    meddle('delete from sealed_items')
    expect(open().list()).toEqual([doubled, diverged])
    for (const alarm of open().list()) open().clear(alarm, her)
    expect(open().list()).toEqual([])
  })

  it('says what holds by now, where that is another thing than when it was raised', async () => {
    const { alarms, database, items, ledger, rows } = await tempHouse()
    const altered = (text: string) => ({ alarm: 'policy_altered', about: null, text }) as const
    alarms.raise(altered('Policy 2 holds.'))
    alarms.raise(altered('Policy 1 holds.'))
    alarms.raise(altered('Policy 1 holds.'))
    expect([alarms.list(), rows()]).toEqual([[altered('Policy 1 holds.')], ['alarm done', 'alarm done']])
    expect(createAlarms({ database, items, ledger }).list()).toEqual(alarms.list())
  })
})
