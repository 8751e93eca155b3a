import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Companion } from './companion.ts'
import { root } from './places.ts'

const script = `
const [, driver, file] = process.argv
const database = new (require(driver))(file)
const rows = database.prepare('select version, saved_at, hex(wrapped_key) as key, hex(session) as session, hex(summary) as summary from vault_records order by rowid').all()
const names = database.prepare("select hex(sealed) as sealed from sealed_items where name like 'account name %'").all()
console.log(JSON.stringify({ rows, names }))
database.close()
`
const found = z.object({
  rows: z.array(z.looseObject({ version: z.int(), key: z.string(), session: z.string(), summary: z.string() })),
  names: z.array(z.looseObject({ sealed: z.string() })),
})

/** What the vault's records and the accounts' names are made of, as it lies in the database: sealed bytes, in the order of saving. */
export type Sealed = {
  readonly records: readonly { readonly version: number; readonly parts: readonly Buffer[] }[]
  readonly names: readonly Buffer[]
}

export async function sealedIn(companion: Companion): Promise<Sealed> {
  const args = ['-e', script, 'libsql', join(companion.home, 'countersign.db')]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: join(root, 'companion'),
    timeout: 20_000,
    maxBuffer: 256 * 1024 * 1024,
  })
  const { rows, names } = found.parse(JSON.parse(stdout))
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
  return {
    records: rows.map(({ version, key, session, summary }) => ({
      version,
      parts: [bytes(key), ...[bytes(session), bytes(summary)].flatMap(stretches)],
    })),
    names: names.map(({ sealed }) => bytes(sealed)),
  }
}

/** How many of these lie in a file of the state folder, whichever it is. */
export async function lyingIn(companion: Companion, parts: readonly Buffer[]): Promise<number> {
  const entries = await readdir(companion.home, { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  )
  return parts.filter((part) => files.some((file) => file.includes(part))).length
}

/** A large part lies on several pages, with other things between: what is looked for are stretches of it. */
function stretches(part: Buffer): readonly Buffer[] {
  const middle = Math.floor(part.length / 2)
  return [part.subarray(0, 16), part.subarray(middle, middle + 16), part.subarray(-16)]
}
