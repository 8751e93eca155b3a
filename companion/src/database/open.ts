import { closeSync, lstatSync, openSync } from 'node:fs'
import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import { diskError, systemCode } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'
import { openBinding, type Binding } from './bind.ts'
import { createDatabase, type Database } from './database.ts'
import { migrations } from './migrations.ts'

/** The database at this path, made and brought up to date as needed; its files are this user's alone. */
export const openDatabase = (path: string, machine: Machine, steps: readonly string[] = migrations): Database => {
  preparePrivateFile(path, machine)
  const database = createDatabase(() => connect(path))
  try {
    migrate(database, steps)
    // A process that was killed may have left what it erased in the write-ahead log.
    database.checkpoint()
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/**
 * SQLite gives a file that it makes the mode 0644, and the files beside it the mode of the first. So the first is made here.
 */
export const preparePrivateFile = (path: string, machine: Machine): void => {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw diskError(thrown, path)
  }
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) {
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) requirePrivate(file, 'file', machine)
  }
}

const connect = (path: string): Binding => {
  const binding = openBinding(path)
  try {
    // Each commit reaches the disk (0.24 ms where that was measured): what was answered with a receipt outlives a power cut.
    binding.execute(`
      pragma busy_timeout = 5000;
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma fullfsync = on;
      pragma checkpoint_fullfsync = on;
      pragma secure_delete = on;
      pragma temp_store = memory;
      pragma trusted_schema = off;
    `)
    return binding
  } catch (thrown) {
    binding.close()
    throw thrown
  }
}

const migrate = (database: Database, steps: readonly string[]): void => {
  database.transaction(() => {
    const version = database.get('pragma user_version', [], z.object({ user_version: z.int() }))?.user_version ?? 0
    if (version > steps.length) throw new CountersignError('database_newer')
    for (const step of steps.slice(version)) database.script(step)
    if (version < steps.length) database.script(`pragma user_version = ${steps.length}`)
  })
}
