import { createReadStream, readFileSync } from 'node:fs'
import { CountersignError } from '@countersign/shared/errors'
import type { LedgerCheck } from '@countersign/shared/ledger/check-ledger'
import { readKey } from '../browser-key.ts'
import { LineTooLong, readLines } from '../control/lines.ts'
import { readError } from '../disk-error.ts'

/** Puts an exported ledger through a check, line by line, however long it is. */
export const checkFile = async (path: string, check: LedgerCheck, signal: AbortSignal): Promise<void> => {
  const lines = readLines(createReadStream(path, { signal }))
  try {
    for (let next = await lines.next(); ; next = await lines.next()) {
      await takeLine(check, next.value, next.done === true)
      if (next.done === true) return
    }
  } catch (thrown) {
    if (!(thrown instanceof LineTooLong)) throw readError(thrown, path)
    check.unreadable()
  }
}

/** The browser's public key that this file holds; throws `key_invalid`. */
export const readKeyFile = (path: string): string => {
  const text = readText(path)
  try {
    return readKey(text)
  } catch (thrown) {
    throw new CountersignError('key_invalid', {
      message: `There is no browser's public key in ${path}.`,
      cause: thrown,
    })
  }
}

/** @param last what follows the last newline: nothing, in a file that was written to its end */
const takeLine = async (check: LedgerCheck, line: string, last: boolean): Promise<void> => {
  if (line.trim() === '') return
  let found: unknown
  try {
    found = JSON.parse(line)
  } catch {
    return last ? check.torn() : check.unreadable()
  }
  await check.line(found)
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    throw readError(thrown, path)
  }
}
