import { openDatabase } from '../database/open.ts'
import { createLedger } from '../ledger/ledger.ts'
import { thisMachine } from '../machine.ts'
import { openStateFolder } from '../state-folder.ts'
import { systemTime as time } from '../time.ts'

/** The real ledger of a state folder, for programs of the benchmarks. No companion may run there. */
export const ledgerAt = (home: string) => {
  const machine = { ...thisMachine(), env: { COUNTERSIGN_HOME: home } }
  const database = openDatabase(openStateFolder(machine).database, machine)
  return { database, ledger: createLedger({ database, time }) }
}
