import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { diskError } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'

/** The key in the file, whatever its length; undefined when there is no file. Throws `file_unsafe` when others may read it. */
export const readKeyFile = (path: string, machine: Machine): Uint8Array | undefined => {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  requirePrivate(path, 'file', machine)
  try {
    return new Uint8Array(readFileSync(path))
  } catch (thrown) {
    throw diskError(thrown, path)
  }
}

/** Makes the file, whole and on the disk or not at all. The caller has seen that there is none, and holds the instance lock. */
export const writeKeyFile = (path: string, key: Uint8Array): void => {
  const unfinished = `${path}.new`
  try {
    rmSync(unfinished, { force: true })
    const file = openSync(unfinished, 'wx', 0o600)
    try {
      writeSync(file, key)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(unfinished, path)
    syncFolder(dirname(path))
  } catch (thrown) {
    throw diskError(thrown, path)
  }
}

// Makes the new name itself durable. Windows opens no folders, and needs none of this.
const syncFolder = (path: string): void => {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
