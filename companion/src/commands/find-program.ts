import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import type { Machine } from '../machine.ts'

/** Where the system would find this program. Throws `command_failed` when it would not: nobody is to be asked for that. */
export const findProgram = (name: string, { env, platform }: Pick<Machine, 'env' | 'platform'>): string => {
  // Windows has ways of its own, with endings that need not be written.
  if (platform === 'win32') return name
  const places = name.includes('/') ? [resolve(name)] : (env['PATH'] ?? '').split(delimiter).map((at) => join(at, name))
  const found = places.find(isProgram)
  if (found !== undefined) return found
  throw new CountersignError('command_failed', { message: `There is no program ${name}.` })
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
