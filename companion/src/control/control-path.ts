import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { diskError } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'
import type { StateFolder } from '../state-folder.ts'

/** A Unix socket's address holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const longest = 100

/**
 * Where the control socket may lie, the companion's first choice first. There is more than one only when the state folder's
 * path is too long: then it depends on the environment, and MCP clients start their servers with little of it. Who dials
 * tries each.
 */
export const controlPaths = (folder: StateFolder, { platform, env, tmp, uid }: Machine): readonly string[] => {
  if (platform === 'win32') return [`\\\\.\\pipe\\countersign-${folder.hash}`]
  const beside = join(folder.path, 'control.sock')
  if (fits(beside)) return [beside]
  const runtime = env['XDG_RUNTIME_DIR']
  const usual = platform === 'linux' && uid !== undefined ? [`/run/user/${uid}`] : []
  const bases = [...(runtime !== undefined && isAbsolute(runtime) ? [runtime] : []), tmp, ...usual, '/tmp']
  return [...new Set(bases)].map((base) => join(base, `countersign-${folder.hash}`, 'control.sock')).filter(fits)
}

/** The path to listen on, its folder made and found private. */
export const prepareControlPath = (folder: StateFolder, machine: Machine): string => {
  const paths = controlPaths(folder, machine)
  if (machine.platform === 'win32') return paths[0] ?? ''
  const path = paths.find((candidate) => existsSync(dirname(dirname(candidate)))) ?? ''
  if (dirname(path) === folder.path) return path
  makePrivateFolder(dirname(path), machine)
  return path
}

/** The paths to dial: those that are there, in a folder that is this user's alone. */
export const reachableControlPaths = (folder: StateFolder, machine: Machine): readonly string[] => {
  const paths = controlPaths(folder, machine)
  if (machine.platform === 'win32') return paths
  const present = paths.filter((path) => isPresent(path, machine))
  for (const path of present) requirePrivate(dirname(path), 'folder', machine)
  return present
}

const isPresent = (path: string, machine: Machine): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (thrown) {
    // Into another user's folder nobody looks; that it is another's says what to do.
    requirePrivate(dirname(path), 'folder', machine)
    throw diskError(thrown, path)
  }
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= longest

const makePrivateFolder = (path: string, machine: Machine): void => {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { mode: 0o700 })
  } catch (thrown) {
    throw diskError(thrown, path)
  }
  requirePrivate(path, 'folder', machine)
}
