import { CountersignError } from '@countersign/shared/errors'
import type { z } from 'zod'
import type { Binding, Value } from './bind.ts'

/** The database as the rest of the companion sees it. Every row is parsed; every error is a coded one. */
export type Database = {
  /** How many rows it changed. */
  run(sql: string, params?: readonly Value[]): number
  get<T>(sql: string, params: readonly Value[], row: z.ZodType<T>): T | undefined
  all<T>(sql: string, params: readonly Value[], row: z.ZodType<T>): T[]
  /** As `get`, through a connection of its own, so that nothing comes out of this one's memory. */
  getFromDisk<T>(sql: string, params: readonly Value[], row: z.ZodType<T>): T | undefined
  /** Several statements, without parameters. */
  script(sql: string): void
  /** All or nothing, durable when it returns. May stand within another, and then comes and goes with that one. */
  transaction<T>(act: () => T): T
  /**
   * As `transaction`, and ten times as quick: it does not wait for the disk, but is durable with the next transaction that does. A killed
   * process loses nothing by it, a power cut may lose it whole.
   */
  lightly<T>(act: () => T): T
  /** Calls once what was written so far is durable, at once outside of a transaction; never after a rollback. Must not throw. */
  afterCommit(listener: () => void): void
  /**
   * Moves what was written into the main file, so that what was erased is in no other one. False when something was in the way, such as
   * another program that reads the database; the next one, or the next start, does it then. Never throws.
   */
  checkpoint(): boolean
  close(): void
}

export const createDatabase = (connect: () => Binding): Database => {
  const binding = connect()
  let depth = 0
  const waiting: (() => void)[] = []

  // A full disk makes SQLite roll back by itself; what came after would then be written alone.
  const requireWhole = () => {
    if (depth > 0 && !binding.inTransaction()) {
      throw new CountersignError('disk_failed', { message: 'The disk gave an error in the middle of a change.' })
    }
  }
  const undo = (savepoint: string | undefined) => {
    if (!binding.inTransaction()) return
    binding.execute(savepoint === undefined ? 'rollback' : `rollback to ${savepoint}; release ${savepoint}`)
  }
  const attempt = <T>(act: () => T): T => {
    requireWhole()
    const savepoint = depth === 0 ? undefined : `level_${depth}`
    const waitingBefore = waiting.length
    binding.execute(savepoint === undefined ? 'begin immediate' : `savepoint ${savepoint}`)
    depth += 1
    try {
      const result = act()
      if (result instanceof Promise) throw new TypeError('A transaction can not wait')
      requireWhole()
      binding.execute(savepoint === undefined ? 'commit' : `release ${savepoint}`)
      return result
    } catch (thrown) {
      waiting.length = waitingBefore
      undo(savepoint)
      throw thrown
    } finally {
      depth -= 1
    }
  }
  const committed = <T>(act: () => T): T => {
    const result = attempt(act)
    if (depth === 0) for (const listener of waiting.splice(0)) listener()
    return result
  }
  const all = <T>(from: Binding, sql: string, params: readonly Value[], row: z.ZodType<T>): T[] => {
    requireWhole()
    return from.query(sql, params).map((found) => parseRow(found, row))
  }
  const checkpoint = (): boolean => {
    try {
      return binding.query('pragma wal_checkpoint(truncate)', []).every(({ busy }) => busy === 0)
    } catch {
      // What is in the write-ahead log is safe there; the next checkpoint or start moves it.
      return false
    }
  }

  return {
    run: (sql, params = []) => {
      requireWhole()
      return binding.change(sql, params)
    },
    get: (sql, params, row) => all(binding, sql, params, row)[0],
    all: (sql, params, row) => all(binding, sql, params, row),
    getFromDisk: (sql, params, row) => {
      const fresh = connect()
      try {
        return all(fresh, sql, params, row)[0]
      } finally {
        fresh.close()
      }
    },
    script: (sql) => {
      requireWhole()
      binding.execute(sql)
    },
    transaction: committed,
    lightly: (act) => {
      if (depth > 0) return attempt(act)
      binding.execute('pragma synchronous = normal')
      try {
        return committed(act)
      } finally {
        binding.execute('pragma synchronous = full')
      }
    },
    afterCommit: (listener) => {
      if (depth === 0) listener()
      else waiting.push(listener)
    },
    checkpoint,
    close: () => {
      checkpoint()
      binding.close()
    },
  }
}

const parseRow = <T>(found: unknown, row: z.ZodType<T>): T => {
  const parsed = row.safeParse(found)
  if (parsed.success) return parsed.data
  const columns = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new CountersignError('database_damaged', { message: `The database has a row of the wrong shape (${columns}).` })
}
