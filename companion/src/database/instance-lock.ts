import { CountersignError } from '@countersign/shared/errors'
import type { Machine } from '../machine.ts'
import { openBinding } from './bind.ts'
import { preparePrivateFile } from './open.ts'

export type InstanceLock = { release(): void }

/**
 * Takes the lock that makes one companion a state folder; undefined when another process has it. It is an exclusive
 * transaction on a file of its own, so the kernel lets go of it whichever way the process ends. Nothing in this process may
 * open that file otherwise: closing it would drop the lock.
 */
export const takeInstanceLock = (path: string, machine: Machine): InstanceLock | undefined => {
  preparePrivateFile(path, machine)
  const binding = openBinding(path)
  try {
    binding.execute('pragma busy_timeout = 0; begin exclusive')
  } catch (thrown) {
    binding.close()
    if (thrown instanceof CountersignError && thrown.code === 'database_busy') return undefined
    throw thrown
  }
  return {
    release: () => {
      if (binding.inTransaction()) binding.execute('rollback')
      binding.close()
    },
  }
}
