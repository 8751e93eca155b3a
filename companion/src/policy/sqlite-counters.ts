import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Counters } from './counters.ts'

const moment = z.object({ at: z.int() })

/**
 * Counters that outlive the process. They are written without waiting for the disk: a killed process loses nothing, and what a power
 * cut takes along are calls of the last moments before it.
 */
export const createSqliteCounters = (database: Database): Counters => ({
  nthNewest: (counter, n) =>
    database.get(
      'select at from counted_calls where counter = ? order by at desc limit 1 offset ?',
      [counter, n - 1],
      moment,
    )?.at,
  add: ({ id, at, counters }) =>
    database.lightly(() => {
      for (const { counter, keepUntil } of counters) {
        database.run('insert into counted_calls (counter, at, call, keep_until) values (?, ?, ?, ?)', [
          counter,
          at,
          id,
          keepUntil,
        ])
      }
    }),
  remove: (id) => void database.lightly(() => database.run('delete from counted_calls where call = ?', [id])),
  forget: (now) => void database.lightly(() => database.run('delete from counted_calls where keep_until <= ?', [now])),
  latest: () => database.get('select at from counted_calls order by at desc limit 1', [], moment)?.at,
})
