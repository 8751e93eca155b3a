import { expect, it } from 'vitest'
import { openDatabase } from '../database/open.ts'
import { countersContract } from '../testing/counters-contract.ts'
import { memoryCounters } from '../testing/memory-counters.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { createSqliteCounters } from './sqlite-counters.ts'

countersContract('in memory', memoryCounters)

countersContract('in SQLite', () => {
  const { database } = tempDatabase()
  return createSqliteCounters(database)
})

it('in SQLite are there after a restart', () => {
  const { database, folder, machine } = tempDatabase()
  createSqliteCounters(database).add({ id: 'one', at: 10, counters: [{ counter: 'a', keepUntil: 20 }] })
  database.close()
  const again = openDatabase(folder.database, machine)
  expect(createSqliteCounters(again).nthNewest('a', 1)).toBe(10)
  again.close()
})

it('in SQLite take a call in all its counters or in none', () => {
  const { database } = tempDatabase()
  const counters = createSqliteCounters(database)
  const twice = [
    { counter: 'a', keepUntil: 20 },
    { counter: 'b', keepUntil: 20.5 },
  ]
  expect(() => counters.add({ id: 'one', at: 10, counters: twice })).toThrow('Something went wrong')
  expect(counters.nthNewest('a', 1)).toBeUndefined()
})
