import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { diskError } from '../../disk-error.ts'
import type { Machine } from '../../machine.ts'
import { requirePrivate } from '../../private-path.ts'

/** A file of our own that nobody has named: in a folder of 0700, which a reboot empties where there is such a one. */
export type PrivatePlace = (name: string) => { readonly path: string; readonly warnings: readonly string[] }

export const createPrivatePlace =
  ({ machine, stateFolder }: { readonly machine: Machine; readonly stateFolder: string }): PrivatePlace =>
  (name) => {
    const runtime = runtimeFolder(machine)
    if (runtime !== undefined)
      return { path: join(makePrivate(join(runtime, 'countersign'), machine), name), warnings: [] }
    const folder = makePrivate(join(stateFolder, 'released'), machine)
    return {
      path: join(folder, name),
      warnings: [
        'This machine has no folder that a reboot empties: should it lose its power, the file stays until Countersign starts.',
      ],
    }
  }

/** Where the system keeps what goes with her sign-in to it: https://specifications.freedesktop.org/basedir-spec/latest/ */
const runtimeFolder = ({ env, platform, uid }: Machine): string | undefined => {
  const told = env['XDG_RUNTIME_DIR']
  const usual = platform === 'linux' && uid !== undefined ? [`/run/user/${uid}`] : []
  return [...(told === undefined ? [] : [told]), ...usual].find((path) => isAbsolute(path) && existsSync(path))
}

const makePrivate = (path: string, machine: Machine): string => {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { mode: 0o700 })
  } catch (thrown) {
    throw diskError(thrown, path)
  }
  requirePrivate(path, 'folder', machine)
  return path
}
