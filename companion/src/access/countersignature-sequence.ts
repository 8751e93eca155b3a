import type { Database } from '../database/database.ts'
import { z } from 'zod'

/** The highest number that was taken from each browser's signing key. A signature is good for one act, once. */
export type CountersignatureSequence = {
  /** 0 when none was taken. */
  last(browser: string): number
  /** False when this number, or a later one, was taken already. Call it within the transaction of what it is good for. */
  take(browser: string, seq: number): boolean
}

const row = z.object({ seq: z.int() })

export const createCountersignatureSequence = (database: Database): CountersignatureSequence => ({
  last: (browser) =>
    database.get('select seq from countersignature_sequences where browser = ?', [browser], row)?.seq ?? 0,
  take: (browser, seq) =>
    database.run(
      `insert into countersignature_sequences (browser, seq) values (?, ?)
       on conflict (browser) do update set seq = excluded.seq where excluded.seq > countersignature_sequences.seq`,
      [browser, seq],
    ) === 1,
})
