import { accessSync, constants, existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import { diskError, systemCode } from './disk-error.ts'
import type { Machine } from './machine.ts'
import { requirePrivate } from './private-path.ts'

/** The one folder with all state of the companion, and what lies in it. */
export type StateFolder = {
  readonly path: string
  /** 32 hex digits that name this folder where its path can't stand: in the keychain, in a socket's or a pipe's name. */
  readonly hash: string
  readonly database: string
  readonly key: string
  readonly lock: string
}

/** Where the state folder is, whether or not it exists yet. */
export const locateStateFolder = (machine: Machine): StateFolder => {
  const path = statePath(machine)
  return {
    path,
    // Most who look for the folder never need it, and every agent's relay looks: without node:crypto it is there sooner, and smaller.
    get hash() {
      const { createHash } = process.getBuiltinModule('node:crypto')
      return createHash('sha256').update(truePath(path)).digest('hex').slice(0, 32)
    },
    database: join(path, 'countersign.db'),
    key: join(path, 'vault.key'),
    lock: join(path, 'instance.lock'),
  }
}

/** The state folder, made when it is not there, and safe to use; throws `folder_unsafe`, `disk_read_only` and their like. */
export const openStateFolder = (machine: Machine, access: typeof accessSync = accessSync): StateFolder => {
  const path = statePath(machine)
  makeFolder(path)
  requirePrivate(path, 'folder', machine)
  try {
    access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (thrown) {
    const next = `Make it writable (\`chmod 700 '${path}'\`), or set COUNTERSIGN_HOME to another folder.`
    throw new CountersignError('disk_read_only', { message: `${path} does not take writes.`, next, cause: thrown })
  }
  return locateStateFolder(machine)
}

const statePath = ({ platform, env, home }: Machine): string => {
  const chosen = env['COUNTERSIGN_HOME']
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  if (platform === 'win32') return join(absolute(env['LOCALAPPDATA']) ?? join(home, 'AppData', 'Local'), 'Countersign')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Countersign')
  return join(absolute(env['XDG_STATE_HOME']) ?? join(home, '.local', 'state'), 'countersign')
}

// The XDG specification: a path there that is not absolute is to be ignored.
const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined

const truePath = (path: string): string => (existsSync(path) ? realpathSync.native(path) : path)

const makeFolder = (path: string): void => {
  try {
    // Looked at first, so that a link that leads nowhere is called a link.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (thrown) {
    const next = 'Set COUNTERSIGN_HOME to a folder that you may write to.'
    if (['EACCES', 'EPERM', 'ENOTDIR', 'EEXIST'].includes(systemCode(thrown))) {
      throw new CountersignError('folder_unsafe', { message: `${path} can't be created.`, next, cause: thrown })
    }
    throw diskError(thrown, path)
  }
}
