import { onTestFinished } from 'vitest'
import { openBinding } from '../database/bind.ts'
import type { Database } from '../database/database.ts'
import { openDatabase } from '../database/open.ts'
import type { Machine } from '../machine.ts'
import { openStateFolder, type StateFolder } from '../state-folder.ts'
import { tempMachine } from './temp-folder.ts'

/** An open database in a temporary state folder, and a way to meddle with it as a program with a shell would. */
export const tempDatabase = (): {
  database: Database
  folder: StateFolder
  machine: Machine
  meddle(sql: string): void
} => {
  const machine = tempMachine()
  const folder = openStateFolder(machine)
  const database = openDatabase(folder.database, machine)
  onTestFinished(() => database.close())
  const meddle = (sql: string) => {
    const other = openBinding(folder.database)
    other.execute(sql)
    other.close()
  }
  return { database, folder, machine, meddle }
}
