import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { asCountersignError, CountersignError, type ErrorCode } from '@countersign/shared/errors'
import { z } from 'zod'
import type { Machine } from '../machine.ts'
import { openStateFolder } from '../state-folder.ts'
import { askStarting } from './ask.ts'
import type { Terminal } from './terminal.ts'

/** What keeps a companion from starting, and what a reset is the remedy for. */
const beyondRepair: ReadonlySet<ErrorCode> = new Set([
  'vault_key_missing',
  'vault_locked',
  'database_damaged',
  'ledger_damaged',
])

/**
 * Erases every session, agent, accepted policy and paired browser, and leaves a mark of that in the ledger. Where the companion can't even
 * start on what is there, that goes first.
 */
export const resetEverything = async (terminal: Terminal): Promise<void> => {
  try {
    await reset(terminal)
  } catch (thrown) {
    if (!beyondRepair.has(asCountersignError(thrown).code)) throw thrown
    await eraseState(terminal.machine)
    await reset(terminal)
  }
  if (!terminal.json) terminal.say('Erased: all saved sessions, agents, accepted policies and paired browsers.\n')
}

const reset = (terminal: Terminal): Promise<unknown> =>
  askStarting(terminal, { command: 'pair.reset', params: {}, result: z.unknown() })

const eraseState = async (machine: Machine): Promise<void> => {
  const { takeInstanceLock } = await import('../database/instance-lock.ts')
  const folder = openStateFolder(machine)
  const lock = takeInstanceLock(folder.lock, machine)
  if (lock === undefined) throw new CountersignError('already_running')
  try {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${folder.database}${end}`, { force: true })
    rmSync(folder.key, { force: true })
    rmSync(join(folder.path, 'agents'), { force: true, recursive: true })
  } finally {
    lock.release()
  }
}
