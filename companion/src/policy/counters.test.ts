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

it('in SQLite go on where somebody wrote a call whose id is no text, or a time that no clock shows', () => {
  const { database, meddle } = tempDatabase()
  createSqliteCounters(database).add({ id: 'one', at: 10, counters: [{ counter: 'a', keepUntil: 20 }] })
  meddle(`
    insert into counted_calls values ('a', 11, cast(x'ff' as text), 21);
    insert into counted_calls values ('a', 9007199254740991, 'late', 9223372036854775807);
    insert into counted_calls values ('b', 9223372036854775807, 'later', 30)`)
  const counters = createSqliteCounters(database)
  expect([counters.latest(), counters.nthNewest('a', 1), counters.nthNewest('b', 1)]).toEqual([11, 11, undefined])
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
