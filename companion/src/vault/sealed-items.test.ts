import { randomBytes } from 'node:crypto'
import { Secret } from '@countersign/shared/secret'
import { describe, expect, it } from 'vitest'
import { tempDatabase } from '../testing/temp-database.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { createSealedItems } from './sealed-items.ts'

const open = () => {
  const { database, meddle } = tempDatabase()
  const masterKey = new Secret<Uint8Array>(randomBytes(32))
  return { database, meddle, items: createSealedItems({ database, masterKey, random: randomBytes }) }
}
const one = Buffer.from('one')

describe('sealed items', () => {
  it('are put, replaced, listed and deleted by name', () => {
    const { items } = open()
    items.put('pin/b', one)
    items.put('pin/a', one)
    items.put('pin/a', Buffer.from('two'))
    items.put('p%n/a', one)
    expect(items.get('pin/a')).toEqual(Buffer.from('two'))
    expect(items.get('none')).toBeUndefined()
    expect(items.list('pin/')).toEqual(['pin/a', 'pin/b'])
    expect(items.list('p%n')).toEqual(['p%n/a'])
    expect(items.delete('pin/a')).toBe(true)
    expect(items.delete('pin/a')).toBe(false)
    expect(items.list('')).toEqual(['p%n/a', 'pin/b'])
  })

  it('do not open under another name, another bound or when changed', () => {
    const { items, meddle } = open()
    items.put('pin/a', one, { seq: 1 })
    expect(items.get('pin/a', { seq: 1 })).toEqual(one)
    expect(thrownBy(() => items.get('pin/a', { seq: 2 })).code).toBe('database_damaged')
    meddle("update sealed_items set name = 'pin/b'")
    expect(thrownBy(() => items.get('pin/b', { seq: 1 })).code).toBe('database_damaged')
    items.put('pin/c', one)
    meddle("update sealed_items set sealed = zeroblob(40) where name = 'pin/c'")
    expect(thrownBy(() => items.get('pin/c')).message).toBe('What is sealed as "pin/c" does not open.')
  })

  it('are listed also where somebody wrote a name that is no text, which would end the process', () => {
    const { items, meddle } = open()
    items.put('pin/a', one)
    meddle(`insert into sealed_items values (cast(x'70696e2fff' as text), x'00'), (cast(x'00ff' as text), x'00')`)
    expect([items.list('pin/'), items.list('')]).toEqual([['pin/a'], ['pin/a']])
  })

  it('go with the transaction that they stand in', () => {
    const { database, items } = open()
    const undone = () =>
      database.transaction(() => {
        items.put('pin/a', one)
        throw new Error('stop')
      })
    expect(undone).toThrow('stop')
    expect(items.get('pin/a')).toBeUndefined()
  })
})
