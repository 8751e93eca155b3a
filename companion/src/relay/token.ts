import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import { systemCode } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'
import { locateStateFolder } from '../state-folder.ts'

/** The agent's token: of the file that `--agent LABEL` names, or from the environment. Throws when there is none. */
export const readToken = (machine: Machine, label: string | undefined): string => {
  if (label !== undefined) return fromFile(machine, label)
  const token = machine.env['COUNTERSIGN_TOKEN']?.trim()
  if (token !== undefined && token !== '') return token
  throw new CountersignError('unauthorized', {
    message: 'No token was given.',
    next: 'Set COUNTERSIGN_TOKEN or pass --agent LABEL; `countersign agents add LABEL` makes one.',
  })
}

const fromFile = (machine: Machine, label: string): string => {
  // The label becomes a file's name.
  if (!/^[\p{L}\p{N} ._-]{1,40}$/u.test(label)) throw new CountersignError('label_invalid')
  const path = join(locateStateFolder(machine).path, 'agents', `${label}.token`)
  try {
    const text = readFileSync(path, 'utf8').trim()
    requirePrivate(path, 'file', machine)
    return text
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown
    const next = `Run \`countersign agents add "${label}"\`.`
    throw new CountersignError('no_such_agent', { message: `There is no token for an agent "${label}".`, next })
  }
}
