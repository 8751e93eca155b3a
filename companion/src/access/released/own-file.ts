import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { diskError, systemCode } from '../../disk-error.ts'
import { sha256 } from '../../ledger/sha256.ts'
import type { Machine } from '../../machine.ts'

/**
 * By what a file that we wrote is known again: which it is on its disk, and what was written. A disk gives the number of a file that
 * was deleted to the next one, so when it was made counts, too: 0 for each where a file system does not tell.
 */
export const fileMark = z.strictObject({
  device: z.string(),
  inode: z.string(),
  born: z.string(),
  digest: z.string().length(64),
})
export type FileMark = z.output<typeof fileMark>

/**
 * What lies at a path where a file of ours was: that file, nothing, not even the folder, or something that is not ours: a link, a
 * file that somebody put into its place, one of another user.
 */
export type Lying = 'ours' | 'nothing' | 'no-folder' | 'other'

/** Of a file that was just made and is still empty. @param text what will be written into it */
export const markOf = (path: string, text: string): FileMark => {
  return { ...nameOnDisk(lstatSync(path, { bigint: true })), digest: sha256(text) }
}

const nameOnDisk = ({ dev, ino, birthtimeNs }: BigIntStats) => ({
  device: String(dev),
  inode: String(ino),
  born: String(birthtimeNs),
})

/** Throws a coded error when it can't be told. */
export const whatLies = (path: string, marks: readonly FileMark[], machine: Machine): Lying => {
  const opened = openOurs(path, marks, machine, constants.O_RDONLY)
  if (typeof opened === 'string') return opened
  closeSync(opened)
  return 'ours'
}

/**
 * Leaves nothing of a file of ours: overwrites it where it lies and cuts it off, so that another name of it holds nothing either, and
 * then removes this one. What is not ours is not touched, and no link is followed. Gives what was found; throws a coded error when
 * the values may still be there.
 */
export const wipeFile = (path: string, marks: readonly FileMark[], machine: Machine): Lying => {
  const opened = openOurs(path, marks, machine, constants.O_RDWR)
  if (typeof opened === 'string') return opened
  try {
    coded(path, () => empty(opened))
    removeName(path, opened)
  } finally {
    closeSync(opened)
  }
  return 'ours'
}

/** The same of a file in a folder of ours, whichever it is: there nobody else has any. Never throws. */
export const wipePrivate = (path: string, machine: Machine): void => {
  try {
    const there = look(path)
    if (there === undefined) return
    wipeFile(path, [{ ...nameOnDisk(there), digest: '' }], machine)
  } catch {
    // The companion tries, too, and so does its next start.
  }
}

/** Holds on to a file of ours that is about to be replaced; afterwards whatever other name it has is left with nothing. */
export const holdReplaced = (
  path: string,
  marks: readonly FileMark[],
  machine: Machine,
): { emptyOtherNames(): void; close(): void } => {
  const opened = openOurs(path, marks, machine, constants.O_RDWR)
  if (typeof opened === 'string') return { emptyOtherNames: () => undefined, close: () => undefined }
  return {
    // Who reads the old one at this moment reads it whole, as long as nobody gave it a second name.
    emptyOtherNames: () => coded(path, () => void (fstatSync(opened).nlink > 0 && empty(opened))),
    close: () => closeSync(opened),
  }
}

/** A file that was begun, and was killed before anything was in it. */
export const removeIfEmpty = (path: string, { uid }: Machine): void => {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found?.isFile() === true && found.size === 0 && (uid === undefined || found.uid === uid)) unlinkSync(path)
  } catch {
    // It holds nothing, so it is in nobody's way.
  }
}

const openOurs = (
  path: string,
  marks: readonly FileMark[],
  machine: Machine,
  flags: number,
): number | Exclude<Lying, 'ours'> => {
  const found = look(path)
  if (found === undefined) return existsSync(dirname(path)) ? 'nothing' : 'no-folder'
  if (!found.isFile() || (machine.uid !== undefined && found.uid !== BigInt(machine.uid))) return 'other'
  const isNamed = (stats: BigIntStats) => {
    const here = nameOnDisk(stats)
    return marks.some(({ device, inode, born }) => isDeepStrictEqual(here, { device, inode, born }))
  }
  const named = isNamed(found)
  const opened = openPlain(path, flags, named)
  if (typeof opened === 'string') return opened
  try {
    const now = fstatSync(opened, { bigint: true })
    // Numbers of disks may change with a reboot, and a file may have been moved away and back: what was written tells, too.
    if (now.isFile() && (isNamed(now) || (!named && hasDigest(opened, marks)))) return opened
  } catch (thrown) {
    closeSync(opened)
    throw diskError(thrown, path)
  }
  closeSync(opened)
  return 'other'
}

const look = (path: string) => {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false })
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOTDIR') return undefined
    throw diskError(thrown, path)
  }
}

/** @param ours its mode may then be put right: some program may have taken our own right to write */
const openPlain = (path: string, flags: number, ours: boolean): number | 'nothing' | 'other' => {
  // Neither follows a link nor waits at a pipe that was put there since. Windows knows neither flag, nor our way of sharing a folder.
  const careful = flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  try {
    return openSync(path, careful)
  } catch (thrown) {
    const code = systemCode(thrown)
    if (code === 'ENOENT') return 'nothing'
    if (code === 'ELOOP') return 'other'
    if (code !== 'EACCES' && code !== 'EPERM') throw diskError(thrown, path)
    if (!ours) return 'other'
  }
  return coded(path, () => {
    chmodSync(path, 0o600)
    return openSync(path, careful)
  })
}

const hasDigest = (file: number, marks: readonly FileMark[]): boolean => {
  if (marks.length === 0 || fstatSync(file).size > most) return false
  const found = sha256(readFileSync(file, 'utf8'))
  return marks.some(({ digest }) => digest === found)
}

/** In bytes: many times what a session can be. Somebody may have made it a file of terabytes, most of them not there. */
const most = 64 * 1024 * 1024
const zeros = Buffer.alloc(64 * 1024)

const empty = (file: number): void => {
  try {
    const size = Math.min(fstatSync(file).size, most)
    for (let at = 0; at < size;) at += writeSync(file, zeros, 0, Math.min(zeros.length, size - at), at)
    fsyncSync(file)
  } catch {
    // A full disk may have no room even for this; cutting it off needs none.
  }
  ftruncateSync(file, 0)
  fsyncSync(file)
}

/** Only while it is this file's. Where the folder takes no change the name stays, and has nothing behind it. */
const removeName = (path: string, file: number): void => {
  try {
    const [there, ours] = [lstatSync(path, { bigint: true }), fstatSync(file, { bigint: true })]
    if (there.dev === ours.dev && there.ino === ours.ino) unlinkSync(path)
  } catch {
    // It is empty by now.
  }
}

const coded = <T>(path: string, act: () => T): T => {
  try {
    return act()
  } catch (thrown) {
    throw diskError(thrown, path)
  }
}
