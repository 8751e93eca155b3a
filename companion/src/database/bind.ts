import Libsql from 'libsql'
import { CountersignError } from '@countersign/shared/errors'
import { sqliteError } from './sqlite-error.ts'

/** What may be stored. Truth values are 0 and 1, times are ISO text, whole numbers stay within what JavaScript counts. */
export type Value = string | number | Uint8Array | null

/** One connection to one database file. */
export type Binding = {
  /** Several statements, without parameters. */
  execute(sql: string): void
  /** One statement that changes rows; how many it changed. */
  change(sql: string, params: readonly Value[]): number
  query(sql: string, params: readonly Value[]): Row[]
  inTransaction(): boolean
  close(): void
}
export type Row = Record<string, unknown>

/**
 * The only file that touches the driver. `libsql` 0.5 looks like better-sqlite3 and is not: a truth value, or a lone buffer
 * or date in place of an array, aborts the whole process; a named parameter that is missing, NaN and undefined bind NULL in
 * silence; too few parameters leave those of the call before; text ends at a NUL; statements still answer after `close()`; text in
 * the database that is no UTF-8 aborts the process when it is read as text (see `bytes.ts`).
 * So everything is checked here, each statement is prepared anew, and only arrays are bound.
 */
export const openBinding = (path: string): Binding => {
  const connection = mapped(() => new Libsql(path), 'disk_failed')
  let open = true

  const prepare = (sql: string, params: readonly Value[]) => {
    requireOpen()
    if (!Array.isArray(params)) throw new TypeError('Parameters come in an array')
    const bound = params.map(bindable)
    if (bound.length !== placeholders(sql)) throw new TypeError(`The parameters are not those of: ${sql}`)
    return { statement: connection.prepare(sql), bound }
  }
  const requireOpen = () => {
    if (!open) throw new CountersignError('internal', { message: 'The database is closed.' })
  }

  return {
    execute: (sql) =>
      mapped(() => {
        requireOpen()
        connection.exec(sql)
      }),
    change: (sql, params) =>
      mapped(() => {
        const { statement, bound } = prepare(sql, params)
        return statement.run(bound).changes
      }),
    query: (sql, params) =>
      mapped(() => {
        const { statement, bound } = prepare(sql, params)
        // `all`, also for one row: it reads to the end, which lets go of the read lock.
        return statement.all(bound).map(readable)
      }),
    inTransaction: () => open && connection.inTransaction,
    close: () => {
      if (!open) return
      open = false
      connection.close()
    },
  }
}

const mapped = <T>(act: () => T, otherwise?: 'disk_failed'): T => {
  try {
    return act()
  } catch (thrown) {
    if (thrown instanceof TypeError) throw thrown
    // A failed open has no code of SQLite's.
    if (otherwise !== undefined) throw new CountersignError(otherwise, { cause: thrown })
    throw sqliteError(thrown)
  }
}

const bindable = (value: unknown): string | number | bigint | Buffer | null => {
  if (value === null) return null
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new TypeError('Text with a NUL can not be stored')
    if (/\p{Surrogate}/u.test(value)) throw new TypeError('Text with half a character can not be stored')
    return value
  }
  if (typeof value === 'number') {
    // As a number, 7 would be bound as 7.0.
    if (Number.isSafeInteger(value)) return BigInt(value)
    if (Number.isFinite(value) && !Number.isInteger(value)) return value
    throw new TypeError('This number can not be stored')
  }
  if (value instanceof Uint8Array) return Buffer.from(value)
  throw new TypeError(`A value of type ${typeof value} can not be stored`)
}

const readable = (row: unknown): Row => {
  if (typeof row !== 'object' || row === null) throw new TypeError('A row is an object')
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    ]),
  )
}

/** How many `?` a statement has. Named and numbered parameters are not taken: the driver does not check them. */
const placeholders = (sql: string): number => {
  const bare = sql.replace(/'[^']*'/g, "''")
  if (/[:@$][A-Za-z_]|\?\d/.test(bare)) throw new TypeError('Parameters have no names here')
  return bare.split('?').length - 1
}
