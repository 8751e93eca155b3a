import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import { preparePrivate, truePlace } from '../access/write-private.ts'
import type { Machine } from '../machine.ts'
import { locateStateFolder } from '../state-folder.ts'
import { ledgerLines, ledgerRows, openLedger } from './ledger-source.ts'
import type { Terminal } from './terminal.ts'

/** Writes the whole ledger as JSON Lines, to a file of the user's own or to stdout. No value is in it, so nobody is asked. */
export const exportLedger = async (terminal: Terminal, { out }: { out?: string }): Promise<void> => {
  const path = out === undefined ? undefined : placeFor(out, terminal.machine)
  const source = await openLedger(terminal)
  try {
    const { kept } = await source.heads()
    const lines = ledgerLines(ledgerRows(source), kept)
    if (path === undefined) return await print(terminal, lines)
    const entries = (await write(terminal, lines, path)) - kept.length
    const heads = kept.length
    if (terminal.json) return terminal.say(JSON.stringify({ path, entries, heads }))
    const what = [counted(entries, 'entry', 'entries'), counted(heads, 'countersignature', 'countersignatures')]
    terminal.say(`Wrote ${what.join(' and ')} to ${path}.`)
  } finally {
    source.close()
  }
}

const print = async (terminal: Terminal, lines: AsyncGenerator): Promise<void> => {
  for await (const line of lines) {
    await terminal.write(JSON.stringify(line))
    terminal.signal.throwIfAborted()
  }
}

/** Gives how many lines it wrote. */
const write = async ({ machine, signal }: Terminal, lines: AsyncGenerator, path: string): Promise<number> => {
  const file = preparePrivate(path, randomUUID, machine)
  try {
    let written = 0
    for await (const line of lines) {
      file.write(`${JSON.stringify(line)}\n`)
      written += 1
      signal.throwIfAborted()
    }
    file.keep()
    return written
  } finally {
    file.drop()
  }
}

const placeFor = (out: string, machine: Machine): string => {
  const path = truePlace(resolve(out))
  const own = locateStateFolder(machine).path
  const folder = existsSync(own) ? realpathSync.native(own) : own
  if (path !== folder && !path.startsWith(folder + sep)) return path
  throw new CountersignError('file_unsafe', { message: `${path} is among Countersign's own files.` })
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
