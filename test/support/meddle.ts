import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Companion } from './companion.ts'
import { root } from './places.ts'

const script = `
const [, driver, file, sql] = process.argv
const database = new (require(driver))(file)
database.exec(sql)
database.close()
`

/** Changes the companion's database as any program with a shell can. What a companion that runs holds in memory stays as it was. */
export async function meddle(companion: Companion, sql: string): Promise<void> {
  // The driver lies among the companion's packages, and this program is no part of ours: so it is told where, and which.
  const args = ['-e', script, 'libsql', join(companion.home, 'countersign.db'), sql]
  await promisify(execFile)(process.execPath, args, { cwd: join(root, 'companion'), timeout: 20_000 })
}
