import { z } from 'zod'
import type { Database } from '../database/database.ts'
import { sealedRecord, type SealedRecord } from './record.ts'

const outline = sealedRecord.omit({ session: true }).extend({ set_aside_at: z.string().nullable() })
export type Outline = z.output<typeof outline>

/** The records in the database, still sealed. */
export type Records = {
  /**
   * Gives the next version of the account to `make`, and stores what it makes; durable when it returns.
   * @param above the next version is a higher one than this, too
   */
  add(account: string, above: number, make: (version: number) => SealedRecord): SealedRecord
  /** From the disk, not from memory. */
  reread(id: string): SealedRecord | undefined
  get(id: string): SealedRecord | undefined
  /** Newest first, of one account or of all; without the large part. */
  outlines(account?: string): Outline[]
  setAside(id: string, at: string): void
  erase(...ids: readonly string[]): void
  /** Erases what is older than the `keep` newest records of the account that open. */
  trim(account: string, keep: number): void
  eraseAll(): void
  /** Whether what was erased last is out of the write-ahead log, too. */
  swept(): boolean
}

const columns = 'id, account, version, saved_at, wrapped_key, summary'
const bySql = `select ${columns}, session from vault_records where id = ?`
// In the order in which they were stored, since a clock may jump.
const newest = 'order by rowid desc'

export const createRecords = (database: Database): Records => {
  const nextVersion = (account: string): number =>
    1 +
    (database.get(
      'select max(version) as version from vault_records where account = ?',
      [account],
      z.object({ version: z.int().nullable() }),
    )?.version ?? 0)

  let swept = true
  // What was erased would else stay readable in the write-ahead log.
  const sweep = () =>
    database.afterCommit(() => {
      swept = database.checkpoint()
    })

  return {
    add: (account, above, make) =>
      database.transaction(() => {
        const made = make(Math.max(nextVersion(account), above + 1))
        const { id, version, saved_at, wrapped_key, session, summary } = made
        const values = [id, account, version, saved_at, wrapped_key, summary, session]
        database.run(`insert into vault_records (${columns}, session) values (?, ?, ?, ?, ?, ?, ?)`, values)
        return made
      }),
    reread: (id) => database.getFromDisk(bySql, [id], sealedRecord),
    get: (id) => database.get(bySql, [id], sealedRecord),
    outlines: (account) => {
      const sql = `select ${columns}, set_aside_at from vault_records`
      return account === undefined
        ? database.all(`${sql} ${newest}`, [], outline)
        : database.all(`${sql} where account = ? ${newest}`, [account], outline)
    },
    setAside: (id, at) => {
      database.run('update vault_records set set_aside_at = ? where id = ? and set_aside_at is null', [at, id])
    },
    erase: (...ids) => {
      const gone = ids.map((id) => database.run('delete from vault_records where id = ?', [id]))
      if (gone.some((rows) => rows > 0)) sweep()
    },
    trim: (account, keep) => {
      const oldestKept = `select version from vault_records where account = ? and set_aside_at is null
        order by version desc limit 1 offset ?`
      const sql = `delete from vault_records where account = ? and version < (${oldestKept})`
      if (database.run(sql, [account, account, keep - 1]) > 0) sweep()
    },
    eraseAll: () => {
      if (database.run('delete from vault_records') > 0) sweep()
    },
    swept: () => swept,
  }
}
