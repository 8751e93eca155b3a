import { z } from 'zod'
import { asBytes, meddledText } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import type { Counters } from './counters.ts'

/**
 * Counters that outlive the process. They are written without waiting for the disk: a killed process loses nothing, and what a power
 * cut takes along are calls of the last moments before it. What was asked for stays in memory as well: each call asks, and to find the
 * thousandth newest anew, SQLite passes by a thousand.
 */
export const createSqliteCounters = (database: Database): Counters => {
  const known = new Map<string, Newest>()

  const load = (counter: string, least: number): Newest => {
    const rows = database.all(newest, [counter, least], counted)
    const found = { calls: rows.toReversed(), areAll: rows.length < least }
    known.set(counter, found)
    return found
  }
  const keepOnly = (isKept: (call: Counted) => boolean) => {
    for (const [counter, { calls, areAll }] of known) {
      const kept = calls.filter(isKept)
      // Connections come and go, and each may have a counter of its own.
      if (kept.length === 0) known.delete(counter)
      else if (kept.length < calls.length) known.set(counter, { calls: kept, areAll })
    }
  }

  return {
    nthNewest: (counter, n) => {
      const found = known.get(counter)
      const enough = found !== undefined && (found.areAll || found.calls.length >= n) ? found : load(counter, n)
      return enough.calls.at(-n)?.at
    },
    add: ({ id, at, counters }) => {
      database.lightly(() => {
        database.run(
          `insert into counted_calls (counter, at, call, keep_until) values ${counters.map(() => '(?, ?, ?, ?)').join()}`,
          counters.flatMap(({ counter, keepUntil }) => [counter, at, id, keepUntil]),
        )
      })
      for (const { counter, keepUntil } of counters) known.get(counter)?.calls.push({ at, call: id, until: keepUntil })
    },
    remove: ({ id, at, counters }) => {
      database.lightly(() => {
        for (const { counter } of counters) database.run(taken, [counter, at, id])
      })
      keepOnly(({ call }) => call !== id)
    },
    forget: (now) => {
      database.lightly(() => database.run('delete from counted_calls where keep_until <= ?', [now]))
      keepOnly(({ until }) => until > now)
    },
    latest: () =>
      database.get(`select max(at) as at from counted_calls where at <= ${end}`, [], moment)?.at ?? undefined,
  }
}

/** The last moment that a clock can show. Whoever wrote a later one would have all that is counted after it fail. */
const end = 8.64e15

const newest = `select at, ${asBytes('call')}, keep_until as until from counted_calls where counter = ? and at <= ${end} order by at desc limit ?`
const taken = 'delete from counted_calls where counter = ? and at = ? and call = ?'
const moment = z.object({ at: z.int().nullable() })
const counted = z.object({ at: z.int(), call: meddledText, until: z.int() })
type Counted = z.output<typeof counted>
/** Oldest first: all that the counter has, or else the newest of them. */
type Newest = { readonly calls: Counted[]; readonly areAll: boolean }
