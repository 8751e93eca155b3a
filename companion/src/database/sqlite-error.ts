import { CountersignError, type ErrorCode } from '@countersign/shared/errors'
import { systemCode } from '../disk-error.ts'

/** By the start of SQLite's own code, since `SQLITE_IOERR_FSYNC` and its like refine a plain one. */
const codes: readonly (readonly [start: string, code: ErrorCode])[] = [
  ['SQLITE_FULL', 'disk_full'],
  ['SQLITE_READONLY', 'disk_read_only'],
  ['SQLITE_CORRUPT', 'database_damaged'],
  ['SQLITE_NOTADB', 'database_damaged'],
  ['SQLITE_BUSY', 'database_busy'],
  ['SQLITE_LOCKED', 'database_busy'],
  ['SQLITE_IOERR', 'disk_failed'],
  ['SQLITE_CANTOPEN', 'disk_failed'],
  ['SQLITE_PERM', 'disk_failed'],
]

/** An error of the database as one of ours. The driver's own message stays in the cause: it names tables, never values. */
export const sqliteError = (thrown: unknown): CountersignError => {
  if (thrown instanceof CountersignError) return thrown
  const theirs = systemCode(thrown)
  const found = codes.find(([start]) => theirs.startsWith(start))
  return new CountersignError(found?.[1] ?? 'internal', { cause: thrown })
}
