import { closeSync, fsyncSync, lstatSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import { diskError, systemCode } from '../disk-error.ts'
import type { Machine } from '../machine.ts'

/** Where a file would truly come to lie: links in the folder's path are followed now, so that what is shown is the place. */
export const truePlace = (path: string): string => {
  // Half a character is shown as itself, and written as another.
  if (path.includes('\0') || /\p{Cs}/u.test(path)) {
    throw new CountersignError('file_unsafe', { message: 'This is no name of a file.' })
  }
  try {
    return join(realpathSync.native(dirname(path)), basename(path))
  } catch (thrown) {
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(thrown))) throw diskError(thrown, dirname(path))
    throw new CountersignError('file_unsafe', { message: `There is no folder ${dirname(path)}.`, cause: thrown })
  }
}

/** Throws `file_unsafe` when something is there that must not be replaced. True when a file of the user's own is there. */
export const requireReplaceable = (path: string, { uid }: Machine): boolean => {
  const found = look(path)
  if (found === undefined) return false
  const refuse = (what: string): never => {
    throw new CountersignError('file_unsafe', { message: `${path} ${what}.` })
  }
  if (found.isSymbolicLink()) refuse('is a symbolic link')
  if (found.isDirectory()) refuse('is a folder')
  if (!found.isFile()) refuse('is not a plain file')
  if (uid !== undefined && found.uid !== uid) refuse(`belongs to user ${found.uid}, not to you`)
  return true
}

/**
 * Writes a file that this user alone can read, whole or not at all: beside its place first, then moved there, which replaces
 * what is there and never writes through it. Throws a coded error.
 *
 * @param around told of the file beside, for as long as it is there
 */
export const writePrivate = (
  path: string,
  text: string,
  random: () => string,
  machine: Machine,
  around: (beside: string, write: () => void) => void = (_, write) => write(),
): void => {
  const file = preparePrivate(path, random, machine)
  try {
    around(file.beside, () => {
      file.write(text)
      file.keep()
    })
  } finally {
    file.drop()
  }
}

/** Such a file in the making, for a text that comes in parts. All of it throws coded errors. */
export type PrivateFile = {
  /** Where it lies while it is made; nothing does before the first write. */
  readonly beside: string
  write(text: string): void
  /** It is whole: moves it to its place. */
  keep(): void
  /** Leaves nothing, unless it was kept. For every end. */
  drop(): void
}

export const preparePrivate = (path: string, random: () => string, machine: Machine): PrivateFile => {
  requireReplaceable(path, machine)
  const beside = join(dirname(path), unfinished.before + random() + unfinished.behind)
  let file: number | undefined
  let made = false
  const close = () => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  const coded = (act: () => void) => {
    try {
      act()
    } catch (thrown) {
      throw diskError(thrown, path)
    }
  }
  return {
    beside,
    write: (text) =>
      coded(() => {
        file ??= openSync(beside, 'wx', 0o600)
        made = true
        writeAll(file, Buffer.from(text))
      }),
    keep: () =>
      coded(() => {
        if (file !== undefined) fsyncSync(file)
        close()
        renameSync(beside, path)
        made = false
        syncFolder(dirname(path))
      }),
    drop: () => {
      close()
      if (made) rmSync(beside, { force: true })
    },
  }
}

const unfinished = { before: '.countersign-', behind: '.tmp' } as const

/** Whether a file of this name is one in the making, which nobody will finish once the process that made it has ended. */
export const isUnfinished = (name: string): boolean =>
  name.startsWith(unfinished.before) && name.endsWith(unfinished.behind)

const look = (path: string) => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENAMETOOLONG') throw diskError(thrown, path)
    throw new CountersignError('file_unsafe', {
      message: 'This name is longer than one of a file can be.',
      cause: thrown,
    })
  }
}

const writeAll = (file: number, bytes: Buffer): void => {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

const syncFolder = (path: string): void => {
  // Windows opens no folders.
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
